// SPDX-License-Identifier: GPL-3.0-or-later
//! The kiosk as a program: configuration, client, threads.
