// SPDX-License-Identifier: GPL-3.0-or-later
//! Lines by the kernel's GPIO character device, found by their name: chips change their numbers
//! from one Pi to the next, lines keep their names.
//!
//! gpiocdev has no pins of `embedded_hal`; the panel's pins are made of this.

use gpiocdev::Request;
use gpiocdev::line::{Bias, Value};

use super::LineError;

/// A line that the kernel gave to this program alone.
#[derive(Debug)]
pub struct Line {
    name: String,
    request: Request,
}

impl Line {
    pub(super) fn input(name: &str) -> Result<Self, LineError> {
        Self::open(name, |builder| {
            builder.as_input().with_bias(Bias::PullUp);
        })
    }

    pub(super) fn output(name: &str) -> Result<Self, LineError> {
        Self::open(name, |builder| {
            builder.as_output(Value::Inactive);
        })
    }

    fn open(
        name: &str,
        configure: impl FnOnce(&mut gpiocdev::request::Builder),
    ) -> Result<Self, LineError> {
        let found = gpiocdev::find_named_line(name).ok_or_else(|| LineError::NoSuchLine {
            line: name.to_owned(),
        })?;
        let mut builder = Request::builder();
        builder.with_consumer("torn-button").with_found_line(&found);
        configure(&mut builder);
        let request = builder.request().map_err(|source| LineError::Kernel {
            line: name.to_owned(),
            source,
        })?;
        let name = name.to_owned();
        Ok(Self { name, request })
    }

    pub(super) fn is_high(&self) -> Result<bool, LineError> {
        let value = self.request.lone_value();
        Ok(value.map_err(|source| self.refused(source))? == Value::Active)
    }

    pub(super) fn set(&self, high: bool) -> Result<(), LineError> {
        let set = self.request.set_lone_value(Value::from(high));
        set.map_err(|source| self.refused(source))
    }

    fn refused(&self, source: gpiocdev::Error) -> LineError {
        LineError::Kernel {
            line: self.name.clone(),
            source,
        }
    }
}
