// SPDX-License-Identifier: GPL-3.0-or-later
//! Two hosts on one machine: network namespaces, a switch between them, a cable that can be pulled.
//!
//! Pulling it takes the switch's port down, so that both ends go on believing in their addresses and
//! simply hear nothing any more, which is what a real cable does. Only this process's own
//! namespaces are touched, and they go when the value is dropped.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::path::Path;
use std::process::{self, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use super::LabError;

/// Where a program runs.
#[derive(Debug, Clone, Default)]
pub enum Place {
    /// On this machine as it is.
    #[default]
    Here,
    /// On one of two hosts.
    Host(Host),
}

impl Place {
    /// A command that runs `program` there. Its process is the program's own.
    #[must_use]
    pub fn command(&self, program: &Path) -> Command {
        match self {
            Self::Here => Command::new(program),
            Self::Host(host) => {
                // ip replaces itself by the program, so the id stays.
                let mut command = Command::new("ip");
                command.args(["netns", "exec", &host.name]).arg(program);
                command
            }
        }
    }

    /// Where this process reaches what is at `url` there; `url` names an address and a port.
    ///
    /// # Errors
    /// [`LabError`], when no way there can be opened.
    pub fn reach_url(&self, url: &str) -> Result<String, LabError> {
        let Self::Host(host) = self else {
            return Ok(url.to_owned());
        };
        let unexpected = || LabError::Unexpected {
            what: "where a program listens".to_owned(),
            answer: url.to_owned(),
        };
        let rest = url.strip_prefix("http://").ok_or_else(unexpected)?;
        let (address, path) = rest.split_once('/').unwrap_or((rest, ""));
        let near = host.forward(address.parse().map_err(|_| unexpected())?)?;
        Ok(format!("http://{near}/{path}")
            .trim_end_matches('/')
            .to_owned())
    }
}

/// One of the two hosts.
#[derive(Debug, Clone)]
pub struct Host {
    name: String,
    address: Ipv4Addr,
}

impl Host {
    /// Its address on the LAN between the two.
    #[must_use]
    pub const fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// Opens a way from this process to what listens at `target` on the host.
    ///
    /// The way lasts as long as this process; it does not go over the cable.
    ///
    /// # Errors
    /// [`LabError`], when no port can be opened.
    pub fn forward(&self, target: SocketAddr) -> Result<SocketAddr, LabError> {
        let no_port = LabError::file(format!("a way to {target} on {}", self.name));
        let listener =
            TcpListener::bind(("127.0.0.1", 0)).and_then(|one| Ok((one.local_addr()?, one)));
        let (here, listener) = listener.map_err(no_port)?;
        let namespace = Path::new("/run/netns").join(&self.name);
        let namespace = File::open(&namespace).map_err(LabError::file(namespace))?;
        thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let Ok(namespace) = namespace.try_clone() else {
                    return;
                };
                // A thread's namespace decides where its sockets are; the thread ends with the connection.
                thread::spawn(move || {
                    let kind = Some(LinkNameSpaceType::Network);
                    let far = move_into_link_name_space(namespace.as_fd(), kind)
                        .map_err(io::Error::from)
                        .and_then(|()| TcpStream::connect(target));
                    if let Ok(far) = far {
                        join(&near, &far);
                    }
                });
            }
        });
        Ok(here)
    }

    /// Connections from the host to what listens at `target` on the LAN. Fewer, when one is refused.
    ///
    /// # Errors
    /// [`LabError`], when not even one can be made.
    pub fn connections(
        &self,
        target: SocketAddr,
        count: usize,
    ) -> Result<Vec<TcpStream>, LabError> {
        let failed = || LabError::file(format!("connections from {} to {target}", self.name));
        let namespace = Path::new("/run/netns").join(&self.name);
        let namespace = File::open(&namespace).map_err(LabError::file(namespace))?;
        // A thread's namespace decides where its sockets are, and they stay there.
        let connect = move || -> io::Result<Vec<TcpStream>> {
            let kind = Some(LinkNameSpaceType::Network);
            move_into_link_name_space(namespace.as_fd(), kind)?;
            let mut made = vec![TcpStream::connect(target)?];
            made.extend((1..count).map_while(|_| TcpStream::connect(target).ok()));
            Ok(made)
        };
        let made = thread::spawn(connect).join();
        made.unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))
            .map_err(failed())
    }
}

fn join(near: &TcpStream, far: &TcpStream) {
    let pump = |mut from: &TcpStream, mut to: &TcpStream| {
        // Either end may hang up at any time; then the other one is told.
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    };
    thread::scope(|scope| {
        scope.spawn(|| pump(near, far));
        pump(far, near);
    });
}

/// Two hosts and the cable between them.
#[derive(Debug)]
pub struct Hosts {
    /// At the door: the hub and the kiosk.
    pub door: Host,
    /// In the lobby: the board.
    pub lobby: Host,
    switch: String,
}

impl Hosts {
    /// Two hosts that reach each other.
    ///
    /// # Errors
    /// [`LabError::Command`], with what `ip` said.
    pub fn new() -> Result<Self, LabError> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let named = |what: &str| format!("torn-{what}-{}-{count}", process::id());
        let host = |what: &str, last| Host {
            name: named(what),
            address: Ipv4Addr::new(10, 77, 0, last),
        };
        let hosts = Self {
            door: host("door", 1),
            lobby: host("lobby", 2),
            switch: named("switch"),
        };
        let switch = &hosts.switch;
        ip(&["netns", "add", switch])?;
        ip(&["-n", switch, "link", "add", "lan", "type", "bridge"])?;
        ip(&["-n", switch, "link", "set", "lan", "up"])?;
        for (host, port) in [(&hosts.door, "door"), (&hosts.lobby, "lobby")] {
            ip(&["netns", "add", &host.name])?;
            ip(&["-n", &host.name, "link", "set", "lo", "up"])?;
            ip(&[
                "-n", &host.name, "link", "add", "eth0", "type", "veth", "peer", "name", port,
                "netns", switch,
            ])?;
            ip(&["-n", switch, "link", "set", port, "master", "lan", "up"])?;
            let address = format!("{}/24", host.address);
            ip(&["-n", &host.name, "address", "add", &address, "dev", "eth0"])?;
            ip(&["-n", &host.name, "link", "set", "eth0", "up"])?;
        }
        Ok(hosts)
    }

    /// Pulls the lobby's cable.
    ///
    /// # Errors
    /// [`LabError::Command`], with what `ip` said.
    pub fn cut(&self) -> Result<(), LabError> {
        ip(&["-n", &self.switch, "link", "set", "lobby", "down"])
    }

    /// Plugs it in again.
    ///
    /// # Errors
    /// [`LabError::Command`], with what `ip` said.
    pub fn mend(&self) -> Result<(), LabError> {
        ip(&["-n", &self.switch, "link", "set", "lobby", "up"])
    }
}

impl Drop for Hosts {
    fn drop(&mut self) {
        for name in [&self.door.name, &self.lobby.name, &self.switch] {
            // One that was not made is not there to be removed.
            let _ = ip(&["netns", "del", name]);
        }
    }
}

fn ip(arguments: &[&str]) -> Result<(), LabError> {
    let command = format!("ip {}", arguments.join(" "));
    let failed = |said: String| LabError::Command {
        command: command.clone(),
        said,
    };
    let output = Command::new("ip")
        .args(arguments)
        .stdin(Stdio::null())
        .output();
    let output = output.map_err(|source| failed(source.to_string()))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(failed(
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        ))
    }
}
