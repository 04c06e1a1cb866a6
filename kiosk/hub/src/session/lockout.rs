// SPDX-License-Identifier: GPL-3.0-or-later
//! Who has guessed too often: failures by the machine they came from and the id they were about.
//!
//! It is kept in memory and does not grow: a machine has places for some ids, and there are places for some
//! machines. An id that nobody has counts like one that somebody has, so that nothing is learnt from it.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use torn_queue::Timestamp;

use crate::peer::Peer;

/// Failures in a row that are nobody's fault; then it is a guess.
pub const FREE: u32 = 5;

/// How long nobody gets in after the first failure too many. It doubles with each that follows.
pub const FIRST_MS: i64 = 60_000;

/// The longest that nobody gets in: whoever is at work and forgot must not lose the morning.
pub const LONGEST_MS: i64 = 15 * 60_000;

/// After so long without a failure it is as if there had been none.
pub const FORGOTTEN_MS: i64 = 60 * 60_000;

/// Ids that one machine may have got wrong within [`FORGOTTEN_MS`]; an office has fewer. A machine that
/// tries more is guessing ids, and for it every further one is locked.
pub const IDS_MAX: usize = 32;

/// Machines that are kept in mind; one more has the one forgotten that failed longest ago.
pub const PEERS_MAX: usize = 256;

/// What an id is kept as: whatever was typed in its place, of whatever length.
type IdDigest = [u8; 16];

#[derive(Debug, Clone, Copy)]
struct Failures {
    in_a_row: u32,
    last: Timestamp,
}

impl Failures {
    /// For how long after the last one nobody gets in.
    fn locks_ms(self) -> i64 {
        let Some(beyond) = self.in_a_row.checked_sub(FREE) else {
            return 0;
        };
        // Beyond four doublings it is the longest anyway.
        (FIRST_MS << beyond.min(4)).min(LONGEST_MS)
    }

    fn is_forgotten(self, now: Timestamp) -> bool {
        now.ms_since(self.last) >= FORGOTTEN_MS
    }
}

/// Failures to sign in.
#[derive(Debug, Default)]
pub struct Lockout {
    peers: HashMap<Peer, HashMap<IdDigest, Failures>>,
}

impl Lockout {
    /// For how many milliseconds from now nobody gets in from that machine by that id; none where one may try.
    pub fn wait_ms(&mut self, peer: Peer, id: &str, now: Timestamp) -> Option<i64> {
        let ids = self.peers.get_mut(&peer)?;
        ids.retain(|_, one| !one.is_forgotten(now));
        // A clock that was set back must not make it longer.
        ids.values_mut()
            .for_each(|one| one.last = one.last.min(now));
        let left = |one: &Failures, lasts: i64| lasts - now.ms_since(one.last);
        let wait = match ids.get(&digest(id)) {
            Some(one) => left(one, one.locks_ms()),
            None if ids.len() < IDS_MAX => 0,
            None => ids
                .values()
                .map(|one| left(one, FORGOTTEN_MS))
                .min()
                .unwrap_or(0),
        };
        (wait > 0).then_some(wait)
    }

    /// Notes a failure, and tells whether nobody gets in from now on.
    pub fn failed(&mut self, peer: Peer, id: &str, now: Timestamp) -> bool {
        self.make_room(peer, now);
        let ids = self.peers.entry(peer).or_default();
        let one = ids.entry(digest(id)).or_insert(Failures {
            in_a_row: 0,
            last: now,
        });
        *one = Failures {
            in_a_row: one.in_a_row.saturating_add(1),
            last: now,
        };
        one.locks_ms() > 0
    }

    /// Notes that somebody got in: what failed before was theirs.
    pub fn succeeded(&mut self, peer: Peer, id: &str) {
        if let Some(ids) = self.peers.get_mut(&peer) {
            ids.remove(&digest(id));
            if ids.is_empty() {
                self.peers.remove(&peer);
            }
        }
    }

    /// How many failures are kept in mind, by id and machine.
    #[must_use]
    pub fn len(&self) -> usize {
        self.peers.values().map(HashMap::len).sum()
    }

    /// Whether nobody failed lately.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn make_room(&mut self, peer: Peer, now: Timestamp) {
        if self.peers.contains_key(&peer) || self.peers.len() < PEERS_MAX {
            return;
        }
        self.peers.retain(|_, ids| {
            ids.retain(|_, one| !one.is_forgotten(now));
            !ids.is_empty()
        });
        if self.peers.len() < PEERS_MAX {
            return;
        }
        let last = |ids: &HashMap<IdDigest, Failures>| ids.values().map(|one| one.last).max();
        let oldest = self.peers.iter().min_by_key(|(_, ids)| last(ids));
        if let Some(oldest) = oldest.map(|(peer, _)| *peer) {
            self.peers.remove(&oldest);
        }
    }
}

fn digest(id: &str) -> IdDigest {
    let mut digest = [0; 16];
    digest.copy_from_slice(&Sha256::digest(id.as_bytes())[..16]);
    digest
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    const MIN_MS: i64 = 60_000;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_unix_ms(1_800_000_000_000 + ms)
    }

    fn peer(last: u8) -> Peer {
        Peer::from(IpAddr::from([10, 0, 0, last]))
    }

    #[test]
    fn the_fifth_failure_in_a_row_locks_for_a_minute_and_each_after_it_twice_as_long_up_to_a_quarter()
     {
        let mut lockout = Lockout::default();
        let mut now = 0;
        for _ in 0..4 {
            assert!(!lockout.failed(peer(1), "desk-1", at(now)));
            assert_eq!(lockout.wait_ms(peer(1), "desk-1", at(now)), None);
        }
        for minutes in [1, 2, 4, 8, 15, 15] {
            assert!(lockout.failed(peer(1), "desk-1", at(now)));
            assert_eq!(
                lockout.wait_ms(peer(1), "desk-1", at(now)),
                Some(minutes * MIN_MS)
            );
            assert_eq!(
                lockout.wait_ms(peer(1), "desk-1", at(now + minutes * MIN_MS - 1)),
                Some(1)
            );
            now += minutes * MIN_MS;
            assert_eq!(lockout.wait_ms(peer(1), "desk-1", at(now)), None);
        }
    }

    #[test]
    fn one_machine_locks_neither_another_nor_another_id() {
        let mut lockout = Lockout::default();
        for _ in 0..9 {
            lockout.failed(peer(1), "desk-1", at(0));
        }
        assert!(lockout.wait_ms(peer(1), "desk-1", at(0)).is_some());
        assert_eq!(lockout.wait_ms(peer(2), "desk-1", at(0)), None);
        assert_eq!(lockout.wait_ms(peer(1), "desk-2", at(0)), None);
    }

    #[test]
    fn whoever_gets_in_begins_anew_and_an_hour_without_a_failure_is_forgotten() {
        let mut lockout = Lockout::default();
        for id in ["desk-1", "desk-2"] {
            for _ in 0..4 {
                lockout.failed(peer(1), id, at(0));
            }
        }
        lockout.succeeded(peer(1), "desk-1");
        assert!(!lockout.failed(peer(1), "desk-1", at(1)));
        assert_eq!(lockout.wait_ms(peer(1), "desk-2", at(FORGOTTEN_MS)), None);
        assert!(!lockout.failed(peer(1), "desk-2", at(FORGOTTEN_MS)));
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_lock_for_longer() {
        let mut lockout = Lockout::default();
        for _ in 0..FREE {
            lockout.failed(peer(1), "desk-1", at(90 * MIN_MS));
        }
        assert_eq!(lockout.wait_ms(peer(1), "desk-1", at(0)), Some(MIN_MS));
        assert_eq!(lockout.wait_ms(peer(1), "desk-1", at(MIN_MS)), None);
    }

    #[test]
    fn a_machine_that_guesses_ids_is_stopped_and_nothing_grows_by_it() {
        let mut lockout = Lockout::default();
        let guesses = (0..10_000).filter(|guess| {
            let id = format!("guess-{guess}");
            let may = lockout.wait_ms(peer(1), &id, at(0)).is_none();
            if may {
                lockout.failed(peer(1), &id, at(0));
            }
            may
        });
        assert_eq!(guesses.count(), IDS_MAX);
        assert_eq!(lockout.len(), IDS_MAX);
        assert_eq!(
            lockout.wait_ms(peer(1), "guess-0", at(0)),
            None,
            "what it has got wrong once it may try again"
        );
        assert_eq!(lockout.wait_ms(peer(1), "desk-1", at(FORGOTTEN_MS)), None);
        for number in 0..10_000_u32 {
            let address = IpAddr::from((10 << 24 | number).to_be_bytes());
            lockout.failed(Peer::from(address), "desk-1", at(i64::from(number)));
        }
        assert_eq!(lockout.len(), PEERS_MAX);
    }

    #[test]
    fn a_machine_with_many_addresses_of_ipv6_is_one() {
        let peers = [
            "2001:db8::1",
            "2001:db8::ffff:1",
            "2001:db8:0:1::1",
            "::ffff:10.0.0.1",
        ]
        .map(|text| Peer::from(text.parse::<IpAddr>().unwrap()));
        assert_eq!(peers[0], peers[1]);
        assert_ne!(peers[0], peers[2]);
        assert_eq!(peers[3], peer(1));
    }
}
