// SPDX-License-Identifier: GPL-3.0-or-later
//! The only place that wires the view model to the Slint window.
