// SPDX-License-Identifier: GPL-3.0-or-later
//! Appointments from where they are booked: files and addresses that are read again when they change.
//!
//! What a file says is for `torn-appointments`; what becomes of a list, and who is checked in, is not known here.

pub mod report;
