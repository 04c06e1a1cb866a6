// SPDX-License-Identifier: GPL-3.0-or-later
//! A Chromium without a window, for the hub's pages: opened, looked at, clicked, typed at.
//!
//! It is spoken to by the DevTools protocol over a pair of pipes, so that neither a port nor a
//! client of that protocol is needed. What a test asks for is what the page has become, as its
//! own scripts have made it.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::{Value, json};

use super::folder::Folder;
use super::programs::Program;
use super::{LabError, need, wait};

/// A browser that runs.
#[derive(Debug)]
pub struct Browser {
    // Before the folder: it still writes to it while it ends.
    program: Program,
    pipe: Mutex<Pipe>,
    _folder: Folder,
}

#[derive(Debug)]
struct Pipe {
    to: File,
    from: Receiver<Value>,
    last_id: u64,
}

/// One of its pages.
#[derive(Debug)]
pub struct Page<'a> {
    browser: &'a Browser,
    session: String,
}

impl Browser {
    /// Starts a browser with an empty profile.
    ///
    /// # Errors
    /// [`LabError`], when there is none or it does not answer.
    pub fn start() -> Result<Self, LabError> {
        let missing = || LabError::Command {
            command: "chromium".to_owned(),
            said: "there is none".to_owned(),
        };
        let chromium = need::chromium().ok_or_else(missing)?;
        let folder = Folder::new("browser")?;
        let [inlet, outlet] = ["in", "out"].map(|name| folder.path().join(name));
        make_fifo(&inlet)?;
        make_fifo(&outlet)?;
        let shell = command(&chromium, folder.path(), &inlet, &outlet);
        let program = Program::run("chromium", shell)?;
        let to = OpenOptions::new()
            .write(true)
            .open(&inlet)
            .map_err(LabError::file(&inlet))?;
        let out = File::open(&outlet).map_err(LabError::file(&outlet))?;
        let from = messages(out);
        Ok(Self {
            program,
            pipe: Mutex::new(Pipe {
                to,
                from,
                last_id: 0,
            }),
            _folder: folder,
        })
    }

    /// Opens `url` in a window of its own and of that size: a hidden page does not follow the hub.
    ///
    /// # Errors
    /// [`LabError`], when the browser can't.
    pub fn open(&self, url: &str, size: (u32, u32)) -> Result<Page<'_>, LabError> {
        self.open_noting(url, size, "")
    }

    /// As [`Browser::open`], and runs `script` in the page before anything of its own.
    ///
    /// # Errors
    /// [`LabError`], when the browser can't.
    pub fn open_noting(
        &self,
        url: &str,
        (width, height): (u32, u32),
        script: &str,
    ) -> Result<Page<'_>, LabError> {
        let target = self.ask(
            None,
            "Target.createTarget",
            &json!({ "url": "about:blank", "newWindow": true }),
        )?;
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = self.ask(None, "Target.attachToTarget", &attach)?;
        let session = session["sessionId"].as_str().unwrap_or_default().to_owned();
        let page = Page {
            browser: self,
            session,
        };
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        page.ask("Emulation.setDeviceMetricsOverride", &metrics)?;
        page.ask("Page.enable", &json!({}))?;
        let first = json!({ "source": script });
        page.ask("Page.addScriptToEvaluateOnNewDocument", &first)?;
        page.ask("Page.navigate", &json!({ "url": url }))?;
        Ok(page)
    }

    fn ask(&self, session: Option<&str>, method: &str, params: &Value) -> Result<Value, LabError> {
        let mut pipe = self
            .pipe
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        pipe.last_id += 1;
        let id = pipe.last_id;
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        pipe.to
            .write_all(&bytes)
            .map_err(LabError::file("the pipe to chromium"))?;
        let end = Instant::now() + wait::GENEROUS;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            // What is no answer to this is an event that nobody asked for.
            let answer = pipe
                .from
                .recv_timeout(left)
                .map_err(|_| LabError::TimedOut {
                    what: format!("chromium's answer to {method}"),
                    within: wait::GENEROUS,
                    seen: String::new(),
                })?;
            if answer["id"].as_u64() == Some(id) {
                return match answer.get("error") {
                    None => Ok(answer["result"].clone()),
                    Some(error) => Err(LabError::Unexpected {
                        what: method.to_owned(),
                        answer: error.to_string(),
                    }),
                };
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Killed, it would leave processes behind that still write to its folder.
        let closing = self.ask(None, "Browser.close", &json!({}));
        if closing.is_ok() {
            let _ = self.program.wait_for_end(wait::GENEROUS);
        }
    }
}

fn make_fifo(path: &Path) -> Result<(), LabError> {
    let made = mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0);
    made.map_err(|errno| LabError::File {
        path: path.to_owned(),
        source: errno.into(),
    })
}

/// How it is started with a profile in `folder`.
fn command(chromium: &Path, folder: &Path, inlet: &Path, outlet: &Path) -> Command {
    // The protocol's pipes are file descriptors 3 and 4; only a shell gives them without unsafe code.
    let mut shell = Command::new("sh");
    shell
        .args(["-c", r#"exec "$0" "$@" 3<"$TORN_IN" 4>"$TORN_OUT""#])
        .arg(chromium)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-extensions",
        ])
        .args([
            "--disable-dev-shm-usage",
            "--log-level=3",
            "--remote-debugging-pipe",
            "--no-proxy-server",
            "--lang=ca",
        ])
        .arg(format!(
            "--user-data-dir={}",
            folder.join("profile").display()
        ))
        .env("TORN_IN", inlet)
        .env("TORN_OUT", outlet);
    shell
}

/// What it says, message by message, on a thread that ends with it.
fn messages(out: File) -> Receiver<Value> {
    let (told, from) = channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(out);
        let mut message = Vec::new();
        while reader
            .read_until(0, &mut message)
            .is_ok_and(|read| read > 0)
        {
            message.pop();
            let Ok(value) = serde_json::from_slice(&message) else {
                return;
            };
            if told.send(value).is_err() {
                return;
            }
            message.clear();
        }
    });
    from
}

impl Page<'_> {
    /// What a JavaScript expression gives on the page.
    ///
    /// # Errors
    /// [`LabError::Unexpected`], when it throws.
    pub fn evaluate(&self, expression: &str) -> Result<Value, LabError> {
        let wish = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self.ask("Runtime.evaluate", &wish)?;
        match answer.get("exceptionDetails") {
            None => Ok(answer["result"]["value"].clone()),
            Some(thrown) => Err(LabError::Unexpected {
                what: expression.to_owned(),
                answer: thrown.to_string(),
            }),
        }
    }

    /// The words that a reader of the page sees.
    ///
    /// # Errors
    /// [`LabError`], when the browser can't tell.
    pub fn words(&self) -> Result<String, LabError> {
        let text = self.evaluate("document.body ? document.body.innerText : ''")?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the words are as wanted.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], with the words that are there instead.
    pub fn wait_until(
        &self,
        what: &str,
        mut wanted: impl FnMut(&str) -> bool,
    ) -> Result<(), LabError> {
        let mut seen = String::new();
        let came = wait::until(what, wait::GENEROUS, || {
            seen = self.words().unwrap_or_default();
            wanted(&seen).then_some(())
        });
        came.map_err(|error| match error {
            LabError::TimedOut { what, within, .. } => LabError::TimedOut {
                what,
                within,
                seen: format!("; the page says {seen:?}"),
            },
            other => other,
        })
    }

    /// Clicks the middle of the first element that `selector` finds and that can be seen.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], when there is none.
    pub fn click(&self, selector: &str) -> Result<(), LabError> {
        let find = format!(
            "(() => {{ for (const one of document.querySelectorAll({selector:?})) {{ \
             one.scrollIntoView({{block: 'center'}}); const box = one.getBoundingClientRect(); \
             if (box.width > 0 && !one.disabled) return [box.x + box.width / 2, box.y + box.height / 2]; }} }})()"
        );
        // What a new state has just drawn anew may still be on its way to its place.
        let mut before = None;
        let place = wait::until(
            &format!("{selector} can be clicked"),
            wait::GENEROUS,
            || {
                let now = self.evaluate(&find).ok().filter(Value::is_array);
                let stays = now == before;
                before.clone_from(&now);
                now.filter(|_| stays)
            },
        )?;
        let at = |axis: usize| place[axis].as_f64().unwrap_or_default();
        self.click_at(at(0), at(1))
    }

    /// Clicks at a place of the window.
    ///
    /// # Errors
    /// [`LabError`], when the browser can't.
    pub fn click_at(&self, x: f64, y: f64) -> Result<(), LabError> {
        for kind in ["mousePressed", "mouseReleased"] {
            let mouse = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.ask("Input.dispatchMouseEvent", &mouse)?;
        }
        Ok(())
    }

    /// Presses and releases a key that types a letter.
    ///
    /// # Errors
    /// [`LabError`], when the browser can't.
    pub fn press_key(&self, letter: char) -> Result<(), LabError> {
        let code = format!("Key{}", letter.to_ascii_uppercase());
        let key_code = u32::from(letter.to_ascii_uppercase());
        for kind in ["keyDown", "keyUp"] {
            let mut key = json!({
                "type": kind, "key": letter, "code": code, "windowsVirtualKeyCode": key_code,
            });
            if kind == "keyDown" {
                key["text"] = letter.to_string().into();
            }
            self.ask("Input.dispatchKeyEvent", &key)?;
        }
        Ok(())
    }

    fn ask(&self, method: &str, params: &Value) -> Result<Value, LabError> {
        self.browser.ask(Some(&self.session), method, params)
    }
}
