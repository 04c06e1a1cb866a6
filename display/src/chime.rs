// SPDX-License-Identifier: GPL-3.0-or-later
//! The board's two sounds, made of sines: no file to lose, no decoder to link.
//!
//! It only computes samples; how they reach a loudspeaker is [`sound`](crate::sound)'s business.

use std::f32::consts::TAU;

/// Samples a second, of each channel.
pub const RATE_HZ: u32 = 48_000;
/// Left and right, the same.
pub const CHANNELS: usize = 2;
/// Bytes that one second takes: 16 bits a sample, little endian.
pub const BYTES_PER_SECOND: usize = RATE_HZ as usize * CHANNELS * 2;

/// What can be sounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A number is called: two soft notes, the second a third lower, as a door bell has them.
    Call,
    /// The hub is away: two low notes that fall, quieter.
    Away,
}

/// One struck note.
struct Note {
    pitch_hz: f32,
    start_s: f32,
    /// How loud it is struck; 1 is the loudest a sample can be.
    level: f32,
}

/// After so long nothing of a note is heard any more.
const NOTE_S: f32 = 1.1;
/// A note is at full strength after this; struck at once it would click.
const ATTACK_S: f32 = 0.008;
/// It loses two thirds in this time.
const DECAY_S: f32 = 0.28;
/// Its end is drawn down to nothing over this, so that silence begins without a click.
const RELEASE_S: f32 = 0.06;

impl Tone {
    const fn notes(self) -> [Note; 2] {
        match self {
            Self::Call => [
                Note {
                    pitch_hz: 659.26,
                    start_s: 0.0,
                    level: 0.34,
                },
                Note {
                    pitch_hz: 523.25,
                    start_s: 0.42,
                    level: 0.34,
                },
            ],
            Self::Away => [
                Note {
                    pitch_hz: 293.66,
                    start_s: 0.0,
                    level: 0.24,
                },
                Note {
                    pitch_hz: 220.0,
                    start_s: 0.36,
                    level: 0.24,
                },
            ],
        }
    }

    /// The sound as 16-bit little-endian samples, both channels by turns.
    #[must_use]
    pub fn samples(self) -> Vec<u8> {
        let notes = self.notes();
        let seconds = notes.iter().map(|note| note.start_s).fold(0.0, f32::max) + NOTE_S;
        let frames = seconds_to_frames(seconds);
        let mut bytes = Vec::with_capacity(frames * CHANNELS * 2);
        for frame in 0..frames {
            let sum: f32 = notes.iter().map(|note| note.at(frame)).sum();
            let sample = to_sample(sum).to_le_bytes();
            for _ in 0..CHANNELS {
                bytes.extend_from_slice(&sample);
            }
        }
        bytes
    }
}

impl Note {
    /// Its part of the sound at `frame`.
    fn at(&self, frame: usize) -> f32 {
        let since = frame_to_seconds(frame) - self.start_s;
        if !(0.0..NOTE_S).contains(&since) {
            return 0.0;
        }
        let attack = (since / ATTACK_S).min(1.0);
        let release = ((NOTE_S - since) / RELEASE_S).min(1.0);
        let partial = |times: f32, part: f32, decay_s: f32| {
            part * (TAU * self.pitch_hz * times * since).sin() * (-since / decay_s).exp()
        };
        // Higher partials die sooner: struck metal, not an organ.
        let body = partial(1.0, 0.8, DECAY_S)
            + partial(2.0, 0.14, DECAY_S * 0.6)
            + partial(3.0, 0.06, DECAY_S * 0.35);
        self.level * attack * release * body
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a few seconds of frames are exact in an f32"
)]
fn frame_to_seconds(frame: usize) -> f32 {
    frame as f32 / RATE_HZ as f32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a few seconds, never negative"
)]
fn seconds_to_frames(seconds: f32) -> usize {
    (seconds * RATE_HZ as f32).ceil() as usize
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "clamped to the range of a sample"
)]
fn to_sample(level: f32) -> i16 {
    (level.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(tone: Tone) -> Vec<i16> {
        let bytes = tone.samples();
        bytes
            .chunks_exact(CHANNELS * 2)
            .map(|frame| i16::from_le_bytes([frame[0], frame[1]]))
            .collect()
    }

    fn loudest(samples: &[i16]) -> u16 {
        samples
            .iter()
            .map(|one| one.unsigned_abs())
            .max()
            .unwrap_or(0)
    }

    #[test]
    fn a_tone_is_whole_frames_of_both_channels() {
        for tone in [Tone::Call, Tone::Away] {
            let bytes = tone.samples();
            assert_eq!(bytes.len() % (CHANNELS * 2), 0);
            assert!(bytes.chunks_exact(4).all(|frame| frame[..2] == frame[2..]));
        }
    }

    #[test]
    fn a_tone_begins_and_ends_without_a_click_and_never_clips() {
        for tone in [Tone::Call, Tone::Away] {
            let samples = left(tone);
            let steps = samples
                .windows(2)
                .map(|pair| pair[0].abs_diff(pair[1]))
                .max()
                .unwrap_or(0);
            assert!(
                samples[0].unsigned_abs() < 40 && samples[samples.len() - 1].unsigned_abs() < 40
            );
            assert!(
                loudest(&samples) < 20_000,
                "louder than soft: {}",
                loudest(&samples)
            );
            assert!(
                loudest(&samples) > 4_000,
                "not to be heard: {}",
                loudest(&samples)
            );
            assert!(steps < 4_000, "a jump of {steps}");
        }
    }

    #[test]
    fn a_call_is_two_notes_struck_one_after_the_other() {
        let samples = left(Tone::Call);
        let part = |from_s: f32, to_s: f32| {
            loudest(&samples[seconds_to_frames(from_s)..seconds_to_frames(to_s)])
        };
        assert!(part(0.0, 0.1) > part(0.3, 0.4) * 2, "the first has faded");
        assert!(
            part(0.43, 0.53) > part(0.3, 0.4) * 2,
            "when the second is struck"
        );
    }
}
