// SPDX-License-Identifier: GPL-3.0-or-later
//! Devices: what they say of themselves.

use axum::extract::{Request, State};
use axum::response::Response;
use torn_queue::{Command, DeviceId, Key, State as Queue};
use torn_wire::request::{NoMembers, ReportDevice};
use torn_wire::{Code, Problem};

use super::App;
use super::command::{Route, carry_out};
use super::respond::Id;
use crate::answer::Wanted;
use crate::limits::PARTS_MAX;
use crate::writer::Asked;

/// Notes how a part of a device is; only that device may say so.
#[utoipa::path(
    post, path = "/v1/devices/{device}/report", tag = "devices", request_body = ReportDevice,
    params(("device" = String, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, description = "Noted; a report that changes nothing is no event", body = NoMembers))
)]
pub(super) async fn report(State(app): State<App>, Id(device): Id, request: Request) -> Response {
    let id = || {
        let parsed: Result<DeviceId, _> = device.parse();
        parsed.map_err(|error| Problem::new(Code::NotFound, error.to_string()))
    };
    let route = Route {
        path: &|_| id().map(|_| ()),
        read: &|content, _| {
            let ReportDevice { state, what, until } = content.json()?;
            app.published
                .read(|queue| known_or_room(queue, &id()?, &what))?;
            Ok(Asked::Command(
                Command::ReportDevice {
                    device: id()?,
                    what,
                    state,
                    until,
                },
                Wanted::Done,
            ))
        },
    };
    carry_out(&app, request, route).await
}

/// Whether a report is of a part that is known today, or there is room for one more.
fn known_or_room(queue: &Queue, device: &DeviceId, what: &Key) -> Result<(), Problem> {
    let reports = queue.devices();
    let known = reports
        .iter()
        .any(|one| one.device == *device && one.what == *what);
    (known || reports.len() < PARTS_MAX)
        .then_some(())
        .ok_or_else(|| {
            let detail = format!(
                "{PARTS_MAX} parts of devices were reported today; report on a part that is known"
            );
            Problem::new(Code::TooMany, detail)
        })
}
