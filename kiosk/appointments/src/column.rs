// SPDX-License-Identifier: GPL-3.0-or-later
//! What a table's columns are, by their names in Catalan, Spanish, English or French, and what parts them.

use crate::cell::{bare, moment};
use crate::record::{Record, Records, Shape};

/// Lines in which the columns' names may stand, after a title.
const HEADER_WITHIN: usize = 10;
/// Bytes in which they stand.
const HEADER_BYTES: usize = 16 * 1024;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Column {
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

/// How a table is laid out.
pub(crate) struct Layout {
    pub(crate) separator: u8,
    /// The record with the columns' names, counted from 0.
    pub(crate) header: usize,
    /// Where the first row begins.
    pub(crate) rows_at: usize,
    /// Which column is what.
    pub(crate) columns: Vec<Option<Column>>,
    /// How many columns there are up to the last that has a name.
    named: usize,
}

impl Layout {
    /// What its rows look like.
    pub(crate) fn shape(&self) -> Shape {
        let dates = [Some(Column::Start), Some(Column::StartDate)];
        let columns = self.columns.iter().enumerate();
        Shape {
            named: self.named,
            width: self.columns.len(),
            dates: columns
                .filter(|(_, column)| dates.contains(column))
                .map(|(at, _)| at)
                .collect(),
        }
    }
}

/// How a text is laid out; `None`: it is no table.
pub(crate) fn layout(text: &str) -> Option<Layout> {
    // One column alone, or a word in it, is no table yet: a line of prose may have that.
    let mut best = None;
    let mut most = 2;
    let head = &text.as_bytes()[..text.len().min(HEADER_BYTES)];
    let separators = [b';', b',', b'\t', b'|'].into_iter();
    for separator in separators.filter(|one| *one == b',' || head.contains(one)) {
        let mut records = Records::of(text, separator, None);
        for header in 0..HEADER_WITHIN {
            let Some(record) = records.next() else { break };
            let mut rows = Records::of(&text[records.at..], separator, None);
            let differs = |row: Record| row.cells.len() != record.cells.len();
            // With a stray quote, each name stands over another column.
            if record.broken || record.parted && rows.next().is_some_and(differs) {
                continue;
            }
            let columns = columns(&record.cells);
            let starts = [Column::Start, Column::StartDate, Column::StartTime];
            let is_start = |one: &Option<Column>| one.is_some_and(|one| starts.contains(&one));
            let Some(start) = columns.iter().position(is_start) else {
                continue;
            };
            let known = match columns.iter().flatten().count() {
                1 if has_dates(&text[records.at..], separator, start) => 3,
                count => 2 * count,
            };
            if known > most {
                most = known;
                best = Some(Layout {
                    separator,
                    header,
                    rows_at: records.at,
                    columns,
                    named: 1 + record
                        .cells
                        .iter()
                        .rposition(|name| !bare(name).is_empty())
                        .unwrap_or(start),
                });
            }
        }
    }
    best
}

/// Whether a column holds dates.
fn has_dates(rows: &str, separator: u8, column: usize) -> bool {
    let mut rows = Records::of(rows, separator, None).take(HEADER_WITHIN);
    rows.any(|row| {
        row.cells
            .get(column)
            .is_some_and(|cell| moment(cell, false).date.is_some())
    })
}

fn columns(names: &[String]) -> Vec<Option<Column>> {
    let mut columns: Vec<Option<Column>> = names.iter().map(|name| column(name)).collect();
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
