// SPDX-License-Identifier: GPL-3.0-or-later
//! The HTTP client that the lab and the runner speak with: to this machine, past any proxy, without TLS.

use reqwest::blocking::{Client, ClientBuilder};

use super::{LabError, wait};

/// A client that gives up after a generous time.
///
/// # Errors
/// [`LabError::NoAnswer`], when there can be none.
pub fn client() -> Result<Client, LabError> {
    let builder: ClientBuilder = Client::builder().no_proxy().timeout(wait::GENEROUS);
    builder.build().map_err(|source| LabError::NoAnswer {
        what: "an HTTP client".to_owned(),
        source,
    })
}
