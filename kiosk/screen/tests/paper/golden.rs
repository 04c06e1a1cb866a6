// SPDX-License-Identifier: GPL-3.0-or-later
//! Pictures that were looked at once, as PNGs of one bit per dot.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use png::{BitDepth, ColorType, Decoder, Encoder};

/// Compares `rows` (true is black) with `tests/golden/NAME.png`, or writes that under `UPDATE=1`.
///
/// # Panics
/// If they differ in any dot; the message says where both pictures are.
pub(crate) fn assert_same(name: &str, rows: &[Vec<bool>]) {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(format!("{name}.png"));
    if std::env::var_os("UPDATE").is_some() {
        return write(&kept, rows);
    }
    assert!(
        kept.exists(),
        "there is no {}; UPDATE=1 makes it",
        kept.display()
    );
    let expected = read(&kept);
    if expected == rows {
        return;
    }
    let drawn = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
    write(&drawn, rows);
    let first = expected.iter().zip(rows).position(|(a, b)| a != b);
    panic!(
        "{name}: drawn {} rows, kept {}, the first that differs is {first:?}; compare {} with {}",
        rows.len(),
        expected.len(),
        drawn.display(),
        kept.display()
    );
}

fn write(path: &Path, rows: &[Vec<bool>]) {
    let (width, height) = (rows[0].len(), rows.len());
    let file = BufWriter::new(File::create(path).unwrap());
    let mut encoder = Encoder::new(file, width.try_into().unwrap(), height.try_into().unwrap());
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    let eight = |dots: &[bool]| {
        dots.iter()
            .fold(0, |byte, black| byte << 1 | u8::from(!black))
    };
    let bytes: Vec<u8> = rows
        .iter()
        .flat_map(|row| row.chunks(8).map(eight))
        .collect();
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&bytes)
        .unwrap();
}

fn read(path: &Path) -> Vec<Vec<bool>> {
    let mut reader = Decoder::new(BufReader::new(File::open(path).unwrap()))
        .read_info()
        .unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    assert_eq!(
        (info.color_type, info.bit_depth),
        (ColorType::Grayscale, BitDepth::One)
    );
    let dot = |row: &[u8], x: usize| row[x / 8] & (0x80 >> (x % 8)) == 0;
    let rows = bytes.chunks(info.line_size).take(info.height as usize);
    rows.map(|row| (0..info.width as usize).map(|x| dot(row, x)).collect())
        .collect()
}
