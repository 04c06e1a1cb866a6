// SPDX-License-Identifier: GPL-3.0-or-later
//! The two files that a person writes, `office.toml` and `device.toml`: text in, configuration or
//! every mistake out, each with its line and column.
//!
//! Nothing here opens a file or a socket: whether a printer answers or an address is free is for
//! the programs to find out. What a setting is for is said in the shipped `office.toml`.

mod address;
mod appointments;
mod contrast;
mod device;
mod hours;
mod icons;
mod limits;
mod mistake;
mod nearest;
mod office;
mod reader;
mod services;
mod value;

pub use appointments::{Appointments, CalendarUrl};
pub use device::{
    Button, ButtonLine, DeviceConfig, Printer, PrinterDevice, Screen, Sound, Via, device,
};
pub use icons::ICONS;
pub use limits::Limits;
pub use mistake::{Mistake, Mistakes};
pub use office::{HubConfig, office};
