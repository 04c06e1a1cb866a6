// SPDX-License-Identifier: GPL-3.0-or-later
//! One command followed: its key looked up, its code found, the rules asked, its answer made.
//!
//! A code is found here and not where the request is read, so that of two kiosks with the same one
//! exactly one gets the ticket. Nothing is durable yet when this is done.

use std::collections::HashSet;

use bytes::Bytes;
use torn_queue::{Actor, Command, Fact, Language, Refusal, ServiceId, Timestamp, decide};
use torn_wire::{Code, Problem, view};

use super::batch::Batch;
use super::inbox::{Asked, Job, List, Reply, expired, reused};
use super::{StoreError, Writer};
use crate::answer::{self, Wanted};
use crate::bookings::{Covers, Listed, POSTED, Taken};
use crate::key::{Digest, Remembered};
use crate::store::Answer;

/// Whose request it is, and what it is known by.
struct Request {
    by: Actor,
    key: String,
    digest: Digest,
    expires: Option<Timestamp>,
}

impl Writer {
    pub(super) fn follow(&mut self, batch: &mut Batch, job: Job) -> Result<(), StoreError> {
        // Whoever has hung up was told nothing and asks again, or has given up.
        if job.reply.is_closed() {
            return Ok(());
        }
        let reply = match self.known(batch, &job)? {
            Some(reply) => reply,
            None => match job.asked {
                Some(asked) => {
                    let request = Request {
                        by: job.by,
                        key: job.key,
                        digest: job.digest,
                        expires: job.expires,
                    };
                    self.decide(batch, request, asked)
                }
                // The answer was forgotten since: its day is over.
                None => Reply::Refused(reused()),
            },
        };
        batch.replies.push((job.reply, reply));
        Ok(())
    }

    /// Puts the list of a source in place of the one before.
    pub(super) fn take(&mut self, batch: &mut Batch, list: List) {
        let List {
            source,
            covers,
            listed,
        } = list;
        let known = |id: &ServiceId| self.state.service(id).is_some_and(|one| !one.removed);
        let (taken, changed) = self
            .bookings
            .replace(&source, &covers, listed, &self.zone, known);
        if !changed.is_empty() {
            let Taken { accepted, skipped } = taken;
            tracing::info!(source, accepted, skipped, "appointments were read");
        }
        batch.bookings.extend(changed);
        self.expect(batch, &Actor::local());
    }

    fn decide(&mut self, batch: &mut Batch, request: Request, asked: Asked) -> Reply {
        if request.expires.is_some_and(|expires| expires < batch.now) {
            return Reply::Refused(expired());
        }
        let done = match asked {
            Asked::Command(command, wanted) => self
                .carry_out(batch, &request.by, &command)
                .map(|facts| (facts, wanted)),
            Asked::CheckIn { code, language } => self
                .check_in(batch, &request.by, code.as_deref(), language)
                .map(|facts| (facts, Wanted::IssuedTicket)),
            Asked::Appointments(listed) => {
                let taken = self.post(batch, &request.by, listed);
                Ok((Vec::new(), Wanted::Taken(taken)))
            }
        };
        match done {
            Ok((facts, wanted)) => self.answer(batch, request, &facts, &wanted),
            Err(refused) => {
                match &refused {
                    Reply::Refused(problem) => self.metrics.refused(&problem.code),
                    Reply::Limited(exceeded) => self.metrics.limited(exceeded.limit),
                    Reply::Done { .. } => {}
                }
                refused
            }
        }
    }

    fn carry_out(
        &mut self,
        batch: &mut Batch,
        by: &Actor,
        command: &Command,
    ) -> Result<Vec<Fact>, Reply> {
        let facts = decide(&self.state, command, self.at(batch))
            .map_err(|refusal| Problem::from(&refusal))?;
        let gives_out = |fact: &Fact| matches!(fact, Fact::TicketIssued { .. });
        // Only what the rules allow counts: a child that leans on the button of a closed office hears that.
        if facts.iter().any(gives_out) {
            self.rates.ticket(by, &self.state, self.at(batch))?;
        }
        self.append(batch, facts.clone(), by);
        Ok(facts)
    }

    fn check_in(
        &mut self,
        batch: &mut Batch,
        by: &Actor,
        code: Option<&str>,
        language: Option<Language>,
    ) -> Result<Vec<Fact>, Reply> {
        let spoken = self.state.office().map(|office| &office.languages);
        if let (Some(language), Some(spoken)) = (&language, spoken)
            && !spoken.contains(language)
        {
            return Err(Problem::from(&Refusal::UnknownLanguage(language.clone())).into());
        }
        let opening = self.state.opening();
        if !opening.open {
            // Whatever the code: who comes to a closed office learns when to come again.
            return Err(Problem::from(&Refusal::OfficeClosed(opening.next_open_at)).into());
        }
        let today = self.at(batch).day();
        let found = code.and_then(|code| self.bookings.find(code, today, batch.now));
        let (place, booking) = found.ok_or_else(unknown_appointment)?;
        let command = Command::CheckIn { booking, language };
        let facts = self.carry_out(batch, by, &command)?;
        let issued = facts.iter().find_map(|fact| match fact {
            Fact::TicketIssued { ticket, .. } => Some(*ticket),
            _ => None,
        });
        let marked = issued.and_then(|ticket| self.bookings.mark(&place, ticket));
        batch.bookings.extend(marked);
        self.expect(batch, by);
        Ok(facts)
    }

    fn post(
        &mut self,
        batch: &mut Batch,
        by: &Actor,
        listed: Vec<Listed>,
    ) -> view::AppointmentsTaken {
        let told = listed.len();
        let listed = last_of_each(listed);
        let left_out = u32::try_from(told - listed.len()).unwrap_or(u32::MAX);
        let known = |id: &ServiceId| self.state.service(id).is_some_and(|one| !one.removed);
        let (taken, changed) =
            self.bookings
                .replace(POSTED, &Covers::Everything, listed, &self.zone, known);
        batch.bookings.extend(changed);
        self.expect(batch, by);
        view::AppointmentsTaken {
            accepted: taken.accepted,
            skipped: taken.skipped.saturating_add(left_out),
        }
    }

    fn answer(
        &self,
        batch: &mut Batch,
        request: Request,
        facts: &[Fact],
        wanted: &Wanted,
    ) -> Reply {
        let (status, body) = answer::of(wanted, &self.state, facts, batch.now, &self.secret);
        batch
            .places
            .insert(request.key.clone(), batch.answers.len());
        batch.answers.push(Answer {
            day: self.state.day().unwrap_or_default().to_string(),
            key: request.key,
            digest: request.digest,
            status,
            body: body.to_vec(),
        });
        Reply::Done {
            status,
            body,
            replayed: false,
        }
    }

    /// The answer that this key got before, in this batch or in the log.
    fn known(&self, batch: &Batch, job: &Job) -> Result<Option<Reply>, StoreError> {
        let again = |status, body| Reply::Done {
            status,
            body,
            replayed: true,
        };
        if let Some(given) = batch
            .places
            .get(&job.key)
            .map(|place| &batch.answers[*place])
        {
            let body = Bytes::from(given.body.clone());
            let same = given.digest == job.digest;
            return Ok(Some(if same {
                again(given.status, body)
            } else {
                Reply::Refused(reused())
            }));
        }
        match self.keys.look_up(&job.key, &job.digest) {
            None => Ok(None),
            Some(Remembered::Reused) => Ok(Some(Reply::Refused(reused()))),
            Some(Remembered::Answered { row }) => {
                let given = self.log.answer(row)?;
                Ok(given.map(|(status, body)| again(status, Bytes::from(body))))
            }
        }
    }
}

/// What counts of a list: of several with one uid the last. One whose day is over counts too, until the next
/// day begins: who comes a day late is told so.
fn last_of_each(mut listed: Vec<Listed>) -> Vec<Listed> {
    let mut seen = HashSet::new();
    let last: Vec<bool> = listed
        .iter()
        .rev()
        .map(|one| seen.insert(one.uid.as_str()))
        .collect();
    let mut last = last.into_iter().rev();
    listed.retain(|_| last.next().unwrap_or(true));
    listed
}

/// The problem of a code that nobody booked under; the code itself is not told again.
fn unknown_appointment() -> Problem {
    Problem::new(
        Code::UnknownAppointment,
        "no appointment has this code; look at it again, or take a number without an appointment",
    )
}
