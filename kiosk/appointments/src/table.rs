// SPDX-License-Identifier: GPL-3.0-or-later
//! A table of appointments: a CSV file as booking tools and spreadsheets write it.
//!
//! Its columns are found by their names in Catalan, Spanish, English or French, wherever they stand. Cells that
//! are no time, identifier, service or code are never looked at.

use std::collections::BTreeMap;

use jiff::civil::Time;
use jiff::{Timestamp, ToSpan};

use crate::bytes::decoded;
use crate::cell::{Moment, bare, moment, slashes};
use crate::component::zone_name;
use crate::event::{code_of, is_cancelled, made_uid};
use crate::mapping::Mapping;
use crate::note::Notes;
use crate::when::{Written, duration};
use crate::zone::{Zone, Zones};
use crate::{Appointment, Day, Import, Skipped};

/// Lines in which the columns' names may stand, after a title.
const HEADER_WITHIN: usize = 10;
const ROWS_MAX: usize = 200_000;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Start,
    StartDate,
    StartTime,
    End,
    EndDate,
    EndTime,
    Length,
    Uid,
    Service,
    Text,
    Code,
    Status,
    AllDay,
    Zone,
}

/// Reads a table; `None`: it is none, or has no column for a start.
pub(crate) fn read(bytes: &[u8], day: &Day, mapping: &Mapping) -> Option<Import> {
    let (text, windows) = decoded(bytes.to_vec());
    // Excel's way to say which separator it uses.
    let text = match text.split_once('\n') {
        Some((first, rest)) if first.trim().to_lowercase().starts_with("sep=") => rest,
        _ => &text,
    };
    if text.contains('\0') {
        return None;
    }
    let (separator, header, columns) = layout(text)?;
    let mut notes = Notes {
        not_utf8: usize::from(windows),
        ..Notes::default()
    };
    let mut rows = Vec::new();
    for (number, record) in records(text, separator).enumerate().skip(header + 1) {
        if rows.len() < ROWS_MAX {
            rows.push((
                number + 1,
                Row {
                    record,
                    columns: &columns,
                },
            ));
        } else {
            notes.too_many_events += 1;
        }
    }
    notes.month_first = month_comes_first(&rows);
    let mut table = Table {
        day,
        mapping,
        zones: Zones::new(&day.zone, day.day),
        notes,
        import: Import::default(),
        seen: BTreeMap::new(),
    };
    for (number, row) in &rows {
        table.row(*number, row);
    }
    Some(table.finish())
}

fn records(text: &str, separator: u8) -> impl Iterator<Item = csv::StringRecord> + '_ {
    let reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    reader.into_records().map_while(Result::ok)
}

/// The separator, the line of the columns' names, and which column is what.
fn layout(text: &str) -> Option<(u8, usize, Vec<Option<Column>>)> {
    // One column alone, or a word in it, is no table yet: a line of prose may have that.
    let mut best = None;
    let mut most = 2;
    for separator in [b';', b',', b'\t', b'|'] {
        for (line, record) in records(text, separator).take(HEADER_WITHIN).enumerate() {
            let columns = columns(&record);
            let starts = [Column::Start, Column::StartDate, Column::StartTime];
            let is_start = |one: &Option<Column>| one.is_some_and(|one| starts.contains(&one));
            let Some(start) = columns.iter().position(is_start) else {
                continue;
            };
            let known = match columns.iter().flatten().count() {
                1 if has_dates(text, separator, line, start) => 3,
                count => 2 * count,
            };
            if known > most {
                most = known;
                best = Some((separator, line, columns));
            }
        }
    }
    best
}

/// Whether a column holds dates.
fn has_dates(text: &str, separator: u8, header: usize, column: usize) -> bool {
    let mut rows = records(text, separator)
        .skip(header + 1)
        .take(HEADER_WITHIN);
    rows.any(|row| {
        row.get(column)
            .is_some_and(|cell| moment(cell, false).date.is_some())
    })
}

fn columns(names: &csv::StringRecord) -> Vec<Option<Column>> {
    let mut columns: Vec<Option<Column>> = names.iter().map(column).collect();
    // A `start` beside a `date` may be its hour: both are looked at, whatever they hold.
    let mut single = vec![
        Column::Uid,
        Column::Code,
        Column::Status,
        Column::AllDay,
        Column::Zone,
    ];
    for one in &mut columns {
        if let Some(column) = *one
            && [
                Column::Uid,
                Column::Code,
                Column::Status,
                Column::AllDay,
                Column::Zone,
            ]
            .contains(&column)
        {
            match single.iter().position(|free| *free == column) {
                Some(at) => drop(single.remove(at)),
                None => *one = None,
            }
        }
    }
    columns
}

/// A column by its name, whatever its case, accents and marks.
fn column(name: &str) -> Option<Column> {
    // Marks of other formats, which no name of a column has.
    if name.contains(['<', '>', '{', '}', '[', ']']) || name.len() > 60 {
        return None;
    }
    let name = plain(name);
    if name.starts_with("begin v") {
        return None;
    }
    let words: Vec<&str> = name.split(' ').collect();
    let has = |some: &[&str]| words.iter().any(|word| some.contains(word));
    let date = has(&["date", "day", "data", "dia", "fecha", "jour"]);
    let time = has(&["time", "hour", "hora", "heure", "hores", "horas"]);
    let end = has(&[
        "end", "ends", "fi", "fin", "final", "finish", "finishes", "fins", "hasta", "until", "to",
        "dtend", "enddate", "endtime", "acaba", "termina",
    ]);
    let start = has(&[
        "start",
        "starts",
        "begin",
        "begins",
        "inici",
        "inicio",
        "debut",
        "from",
        "des",
        "desde",
        "comenca",
        "comienzo",
        "empieza",
        "dtstart",
        "startdate",
        "starttime",
        "datetime",
    ]);
    // When something was booked or changed is not when it is.
    if has(&[
        "created",
        "creacio",
        "creacion",
        "creation",
        "booked",
        "modified",
        "updated",
        "naixement",
        "nacimiento",
        "naissance",
        "birth",
        "alta",
        "sollicitud",
        "solicitud",
        "modificacio",
        "modificacion",
        "timestamp",
    ]) {
        return None;
    }
    if has(&[
        "duration", "durada", "duracio", "duracion", "duree", "minutes", "minuts", "minutos",
        "length",
    ]) {
        return Some(Column::Length);
    }
    if has(&["zone", "timezone", "tz", "zona", "fuseau", "tzid"]) {
        return Some(Column::Zone);
    }
    if name.contains("all day")
        || name.contains("tot el dia")
        || name.contains("todo el dia")
        || name.contains("toute la journee")
    {
        return Some(Column::AllDay);
    }
    match (
        start,
        end,
        date || has(&["startdate", "enddate"]),
        time || has(&["starttime", "endtime"]),
    ) {
        (true, false, true, false) => return Some(Column::StartDate),
        (true, false, false, true) => return Some(Column::StartTime),
        (true, false, ..) => return Some(Column::Start),
        (false, true, true, false) => return Some(Column::EndDate),
        (false, true, false, true) => return Some(Column::EndTime),
        (false, true, ..) => return Some(Column::End),
        (_, _, true, true) => return Some(Column::Start),
        (_, _, true, false) => return Some(Column::StartDate),
        (_, _, false, true) => return Some(Column::StartTime),
        _ => {}
    }
    // Before the identifiers: a `codi de reserva` is what a person has in hand.
    if has(&[
        "code",
        "codi",
        "codigo",
        "pin",
        "localitzador",
        "localizador",
        "locator",
    ]) {
        return Some(Column::Code);
    }
    if has(&[
        "uid",
        "id",
        "uuid",
        "identifier",
        "identificador",
        "reference",
        "referencia",
        "ref",
        "number",
        "numero",
        "num",
    ]) && !has(&[
        "dni", "nif", "nie", "phone", "telefon", "telefono", "client", "cliente", "user", "usuari",
        "usuario", "service", "servei", "servicio",
    ]) {
        return Some(Column::Uid);
    }
    if has(&["status", "estat", "estado", "etat", "statut", "state"]) {
        return Some(Column::Status);
    }
    if has(&[
        "service",
        "servei",
        "servicio",
        "tramit",
        "tramite",
        "procedure",
        "demarche",
        "gestio",
        "gestion",
    ]) {
        return Some(Column::Service);
    }
    if has(&[
        "subject",
        "summary",
        "title",
        "titol",
        "titulo",
        "titre",
        "asunto",
        "assumpte",
        "objet",
        "motiu",
        "motivo",
        "motif",
        "type",
        "tipus",
        "tipo",
        "category",
        "categoria",
        "description",
        "descripcio",
        "descripcion",
        "appointment",
        "cita",
    ]) {
        return Some(Column::Text);
    }
    None
}

/// Lower case, without accents, marks as single spaces; `StartTime` is two words.
fn plain(name: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for c in bare(name).chars() {
        if c.is_uppercase() && before.is_lowercase() {
            out.push(' ');
        }
        before = c;
        for lower in c.to_lowercase() {
            out.push(match lower {
                'à' | 'á' | 'â' | 'ä' => 'a',
                'è' | 'é' | 'ê' | 'ë' => 'e',
                'í' | 'ì' | 'î' | 'ï' => 'i',
                'ò' | 'ó' | 'ô' | 'ö' => 'o',
                'ù' | 'ú' | 'û' | 'ü' => 'u',
                'ç' => 'c',
                'ñ' => 'n',
                '·' => continue,
                other if other.is_alphanumeric() => other,
                _ => ' ',
            });
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Row<'c> {
    record: csv::StringRecord,
    columns: &'c [Option<Column>],
}

impl Row<'_> {
    fn all(&self, column: Column) -> impl Iterator<Item = &str> {
        let cells = self.columns.iter().zip(self.record.iter());
        cells
            .filter(move |(one, _)| **one == Some(column))
            .map(|(_, cell)| bare(cell))
            .filter(|cell| !cell.is_empty())
    }

    fn get(&self, column: Column) -> Option<&str> {
        self.all(column).next()
    }

    /// What the columns say together: the first date, the first time, the first zone among them.
    fn moment(&self, columns: [Column; 3], month_first: bool) -> Moment {
        let cells = columns.into_iter().flat_map(|column| self.all(column));
        cells.fold(Moment::default(), |sum, cell| {
            let read = moment(cell, month_first);
            Moment {
                date: sum.date.or(read.date),
                time: sum.time.or(read.time),
                written: sum
                    .written
                    .or(read.written.filter(|one| *one != Written::Floating)),
            }
        })
    }
}

/// Whether some date can only be read with the month first, and none only with the day first.
fn month_comes_first(rows: &[(usize, Row<'_>)]) -> bool {
    let columns = [
        Column::Start,
        Column::StartDate,
        Column::End,
        Column::EndDate,
    ];
    let cells = rows
        .iter()
        .flat_map(|(_, row)| columns.iter().flat_map(|one| row.all(*one)));
    let pairs: Vec<(u8, u8)> = cells.filter_map(slashes).collect();
    pairs.iter().any(|(_, second)| *second > 12) && pairs.iter().all(|(first, _)| *first <= 12)
}

struct Table<'t> {
    day: &'t Day,
    mapping: &'t Mapping,
    zones: Zones<'t>,
    notes: Notes,
    import: Import,
    /// The starts that each UID was seen with.
    seen: BTreeMap<String, Vec<Timestamp>>,
}

impl Table<'_> {
    fn row(&mut self, number: usize, row: &Row<'_>) {
        if row.record.iter().all(|cell| bare(cell).is_empty()) {
            return;
        }
        let month_first = self.notes.month_first;
        let start = row.moment(
            [Column::Start, Column::StartDate, Column::StartTime],
            month_first,
        );
        let text: Vec<&str> = row
            .all(Column::Service)
            .chain(row.all(Column::Text))
            .collect();
        let uid = row.get(Column::Uid).map(str::to_owned);
        let mut skip =
            |uid: Option<String>, reason: String| self.import.skipped.push(Skipped { uid, reason });
        let Some(date) = start.date else {
            skip(uid, format!("row {number}: its start can't be read"));
            return;
        };
        let off = row.get(Column::Status).is_some_and(is_cancelled);
        let all_day = row.get(Column::AllDay).is_some_and(|cell| {
            ["true", "yes", "si", "sí", "oui", "1", "x"].contains(&cell.to_lowercase().as_str())
        });
        let Some(time) = start.time.filter(|_| !all_day) else {
            if date == self.day.day {
                let why = if all_day {
                    "it lasts all day, so it is no appointment"
                } else {
                    "it has no hour, so it is no appointment"
                };
                skip(uid, format!("row {number}: {why}"));
            }
            return;
        };
        let zone = self.zone(row, start.written.as_ref());
        let Some(at) = zone
            .instant(date.to_datetime(time))
            .filter(|at| self.day.has(*at))
        else {
            return;
        };
        let made = || made_uid(&[&at.to_string(), &text.join("\n")]);
        self.notes.without_uid += usize::from(uid.is_none());
        let Some(uid) = self.distinct(uid.unwrap_or_else(made), at) else {
            return;
        };
        if off {
            self.import.skipped.push(Skipped {
                uid: Some(uid),
                reason: format!("row {number}: it is cancelled"),
            });
            return;
        }
        let end = self.end(row, at, (date, time), &zone);
        let service = self.service(row, &text);
        let code = code_of(row.get(Column::Code), self.mapping, &text);
        self.import.appointments.push(Appointment {
            start: at,
            end,
            uid,
            service,
            code,
        });
    }

    /// The UID of a row, told apart from others at another hour; `None`: the row was there before.
    fn distinct(&mut self, uid: String, at: Timestamp) -> Option<String> {
        let seen = self.seen.entry(uid.clone()).or_default();
        if seen.contains(&at) {
            return None;
        }
        seen.push(at);
        if seen.len() == 1 {
            return Some(uid);
        }
        self.notes.same_uid += 1;
        Some(format!("{uid}/{at}"))
    }

    fn zone(&self, row: &Row<'_>, written: Option<&Written>) -> Zone {
        let office = self.zones.floating(0);
        let named = row
            .get(Column::Zone)
            .map(|name| Written::Named(name.to_owned()));
        match written.cloned().or(named) {
            Some(written) => self.zones.of(0, &written, &office),
            None => office,
        }
    }

    fn end(
        &mut self,
        row: &Row<'_>,
        start: Timestamp,
        local: (jiff::civil::Date, Time),
        zone: &Zone,
    ) -> Option<Timestamp> {
        let end = row.moment(
            [Column::End, Column::EndDate, Column::EndTime],
            self.notes.month_first,
        );
        let written = if let Some(time) = end.time {
            let zone = self.zone(row, end.written.as_ref());
            zone.instant(end.date.unwrap_or(local.0).to_datetime(time))
        } else if let Some(length) = row.get(Column::Length) {
            let length = length_of(length)
                .and_then(|length| local.0.to_datetime(local.1).checked_add(length).ok());
            length.and_then(|end| zone.instant(end))
        } else {
            return None;
        };
        match written {
            None => self.notes.end_unreadable += 1,
            Some(end) if end < start => self.notes.ends_before_start += 1,
            Some(_) => {}
        }
        written.filter(|end| *end >= start)
    }

    fn service(&mut self, row: &Row<'_>, text: &[&str]) -> Option<torn_queue::ServiceId> {
        let named = row
            .all(Column::Service)
            .find_map(|cell| self.mapping.named(cell));
        let service = named.or_else(|| self.mapping.service(text));
        self.notes.service_unknown +=
            usize::from(service.is_none() && row.get(Column::Service).is_some());
        service
    }

    fn finish(mut self) -> Import {
        self.notes.zone_unknown = self.zones.unknown();
        self.import
            .appointments
            .sort_by(|a, b| (a.start, &a.uid).cmp(&(b.start, &b.uid)));
        self.import.warnings = self.notes.sentences(&zone_name(self.day));
        self.import
    }
}

/// `30`, `30 min`, `0:30`, `PT30M`.
fn length_of(text: &str) -> Option<jiff::Span> {
    if let Some(length) = duration(text) {
        return Some(length);
    }
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let minutes = match digits.split_once(':') {
        Some((hours, minutes)) => {
            let minutes = minutes.get(..2)?.parse::<i64>().ok()?;
            hours
                .trim()
                .parse::<i64>()
                .ok()?
                .checked_mul(60)?
                .checked_add(minutes)?
        }
        None => digits.trim().parse::<i64>().ok()?,
    };
    (0..=24 * 60).contains(&minutes).then(|| minutes.minutes())
}
