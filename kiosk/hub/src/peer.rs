// SPDX-License-Identifier: GPL-3.0-or-later
//! Who is at the other end, as far as it can be counted by.

use std::net::{IpAddr, Ipv6Addr};

/// A machine of the LAN: its address, of IPv6 the half that it can't choose itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Peer(IpAddr);

impl From<IpAddr> for Peer {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => {
                let network = address.to_bits() >> 64 << 64;
                IpAddr::V6(Ipv6Addr::from_bits(network))
            }
            other => other,
        })
    }
}
