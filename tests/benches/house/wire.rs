// SPDX-License-Identifier: GPL-3.0-or-later
//! A client that costs as little as can be: one connection, kept open, requests written out.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};

use crate::Fault;

/// One connection to the hub.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    head: String,
    body: Vec<u8>,
}

impl Connection {
    /// Connects to `http://host:port`.
    pub(crate) async fn open(url: &str) -> Result<Self, Fault> {
        let stream = TcpStream::connect(url.trim_start_matches("http://")).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            head: String::new(),
            body: Vec::new(),
        })
    }

    /// As [`Self::open`], with little room for what is not read: the rest stays with the hub.
    pub(crate) async fn open_narrow(url: &str) -> Result<Self, Fault> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(4096)?;
        let address = url.trim_start_matches("http://").parse()?;
        let stream = socket.connect(address).await?;
        Ok(Self {
            stream: BufReader::new(stream),
            head: String::new(),
            body: Vec::new(),
        })
    }

    /// The body of the last answer.
    pub(crate) fn body(&self) -> Result<serde_json::Value, Fault> {
        Ok(serde_json::from_slice(&self.body)?)
    }

    /// Asks for `path` and reads the answer.
    pub(crate) async fn get(&mut self, path: &str) -> Result<u16, Fault> {
        self.exchange(&format!("GET {path} HTTP/1.1\r\nhost: torn\r\n\r\n"))
            .await
    }

    /// Sends a command under a key of its own and reads the answer.
    pub(crate) async fn post(&mut self, path: &str, body: &str) -> Result<u16, Fault> {
        self.exchange(&command(path, body)).await
    }

    /// Sends a command twice under one key, as whoever lost the first answer does.
    pub(crate) async fn post_twice(&mut self, path: &str, body: &str) -> Result<u16, Fault> {
        let request = command(path, body);
        self.exchange(&request).await?;
        self.exchange(&request).await
    }

    /// Opens the stream of events; what follows is read with [`Self::line`].
    pub(crate) async fn follow(&mut self, path: &str) -> Result<(), Fault> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: torn\r\n\r\n");
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        Ok(())
    }

    /// The next line of a stream.
    pub(crate) async fn line(&mut self) -> Result<&str, Fault> {
        self.head.clear();
        self.stream.read_line(&mut self.head).await?;
        Ok(&self.head)
    }

    async fn exchange(&mut self, request: &str) -> Result<u16, Fault> {
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        let (mut status, mut length) = (0, 0);
        loop {
            self.head.clear();
            self.stream.read_line(&mut self.head).await?;
            let line = self.head.trim_end();
            if line.is_empty() {
                break;
            }
            if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
                status = rest.get(..3).unwrap_or_default().parse()?;
            } else if let Some(rest) = line.strip_prefix("content-length: ") {
                length = rest.parse()?;
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body).await?;
        Ok(status)
    }
}

/// A command under a key of its own.
fn command(path: &str, body: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let key = NEXT.fetch_add(1, Ordering::Relaxed);
    format!(
        "POST {path} HTTP/1.1\r\nhost: torn\r\nidempotency-key: bench-{key:032}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}
