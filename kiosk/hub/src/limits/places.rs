// SPDX-License-Identifier: GPL-3.0-or-later
//! How many at once: connections or streams, all of them and those of one address.
//!
//! A place that is taken comes free when the value is dropped. Who sits idle on a place gives it up when
//! another needs it: the one that has been idle longest.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use super::{Exceeded, Limit};
use crate::peer::Peer;

/// Places of one kind.
#[derive(Debug)]
pub struct Places {
    all: (Limit, u32),
    /// Not limited, where there is none.
    of_peer: Option<(Limit, u32)>,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    seats: HashMap<u64, Seat>,
    peers: HashMap<Peer, u32>,
    /// The number of the next seat, and of the next time that one falls idle: both only grow.
    next: u64,
}

#[derive(Debug)]
struct Seat {
    peer: Option<Peer>,
    /// When it fell idle, as a number that grows.
    idle_since: Option<u64>,
    given_up: CancellationToken,
}

impl Taken {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn of(&self, peer: Peer) -> u32 {
        self.peers.get(&peer).copied().unwrap_or(0)
    }

    fn leave(&mut self, number: u64) -> Option<Seat> {
        let seat = self.seats.remove(&number)?;
        if let Some(peer) = seat.peer
            && let Some(count) = self.peers.get_mut(&peer)
        {
            *count -= 1;
            if *count == 0 {
                self.peers.remove(&peer);
            }
        }
        Some(seat)
    }

    /// Has the one that is idle longest give up its place; of one address, where that is said.
    fn make_room(&mut self, peer: Option<Peer>) -> bool {
        let idle = self.seats.iter().filter_map(|(number, seat)| {
            let meant = peer.is_none() || seat.peer == peer;
            Some((seat.idle_since.filter(|_| meant)?, *number))
        });
        let longest = idle.min();
        let Some(seat) = longest.and_then(|(_, number)| self.leave(number)) else {
            return false;
        };
        seat.given_up.cancel();
        true
    }
}

impl Places {
    /// So many places, and so many of one address; this machine's own addresses have as many as there are.
    #[must_use]
    pub fn new(all: (Limit, u32), of_peer: Option<(Limit, u32)>) -> Self {
        Self {
            all,
            of_peer,
            taken: Mutex::default(),
        }
    }

    /// Takes a place for a client at `peer`; it is not idle until it says so.
    ///
    /// # Errors
    /// [`Exceeded`], when none is left and nobody is idle.
    pub fn take(self: &Arc<Self>, peer: Option<IpAddr>) -> Result<Place, Exceeded> {
        let full = |(limit, most)| Exceeded {
            limit,
            most,
            retry_after_s: 1,
        };
        let peer = peer
            .filter(|peer| !peer.to_canonical().is_loopback())
            .map(Peer::from);
        let mut taken = self.taken();
        if let (Some(peer), Some(of_peer)) = (peer, self.of_peer)
            && taken.of(peer) >= of_peer.1
            && !taken.make_room(Some(peer))
        {
            return Err(full(of_peer));
        }
        let filled = u32::try_from(taken.seats.len()).unwrap_or(u32::MAX);
        if filled >= self.all.1 && !taken.make_room(None) {
            return Err(full(self.all));
        }
        let (number, given_up) = (taken.number(), CancellationToken::new());
        if let Some(peer) = peer {
            *taken.peers.entry(peer).or_default() += 1;
        }
        let seat = Seat {
            peer,
            idle_since: None,
            given_up: given_up.clone(),
        };
        taken.seats.insert(number, seat);
        drop(taken);
        Ok(Place {
            places: Arc::clone(self),
            number,
            given_up,
        })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place that is taken.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    number: u64,
    given_up: CancellationToken,
}

impl Place {
    /// Says whether its holder is idle: then another may have the place.
    pub fn idle(&self, is: bool) {
        let mut taken = self.places.taken();
        let now = taken.number();
        if let Some(seat) = taken.seats.get_mut(&self.number) {
            seat.idle_since = is.then_some(now);
        }
    }

    /// Told when the place was given to another.
    #[must_use]
    pub const fn given_up(&self) -> &CancellationToken {
        &self.given_up
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.taken().leave(self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn peer(last: u8) -> Option<IpAddr> {
        Some(Ipv4Addr::new(10, 77, 0, last).into())
    }

    fn places(all: u32, of_peer: u32) -> Arc<Places> {
        let of_peer = (Limit::ConnectionsOfPeer, of_peer);
        Arc::new(Places::new((Limit::Connections, all), Some(of_peer)))
    }

    fn refused(places: &Arc<Places>, peer: Option<IpAddr>) -> Option<Limit> {
        places.take(peer).err().map(|exceeded| exceeded.limit)
    }

    #[test]
    fn one_address_never_has_every_place_and_this_machine_may() {
        let places = places(4, 2);
        let _two = [places.take(peer(1)).unwrap(), places.take(peer(1)).unwrap()];
        assert_eq!(refused(&places, peer(1)), Some(Limit::ConnectionsOfPeer));
        let here = Some(Ipv4Addr::LOCALHOST.into());
        let _others = [places.take(peer(2)).unwrap(), places.take(here).unwrap()];
        assert_eq!(refused(&places, peer(3)), Some(Limit::Connections));
        assert_eq!(refused(&places, here), Some(Limit::Connections));
    }

    #[test]
    fn a_place_comes_free_when_it_is_dropped() {
        let places = places(2, 1);
        for _ in 0..5 {
            let _place = places.take(peer(1)).unwrap();
            assert_eq!(refused(&places, peer(1)), Some(Limit::ConnectionsOfPeer));
        }
        assert!(places.taken().seats.is_empty() && places.taken().peers.is_empty());
    }

    #[test]
    fn who_is_idle_longest_makes_room_and_who_is_at_work_does_not() {
        let places = places(3, 3);
        let seats: Vec<Place> = (1..=3)
            .map(|last| places.take(peer(last)).unwrap())
            .collect();
        assert_eq!(refused(&places, peer(4)), Some(Limit::Connections));
        seats[1].idle(true);
        seats[0].idle(true);
        seats[1].idle(false);
        seats[1].idle(true);
        let _fourth = places.take(peer(4)).unwrap();
        let gone = |place: &Place| place.given_up().is_cancelled();
        assert_eq!(
            seats.iter().map(gone).collect::<Vec<_>>(),
            [true, false, false]
        );
        // One whose place was given up frees no other when it goes.
        drop(seats);
        assert_eq!(places.taken().seats.len(), 1);
    }

    #[test]
    fn an_address_with_too_many_only_has_its_own_idle_ones_give_way() {
        let places = places(9, 2);
        let other = places.take(peer(2)).unwrap();
        other.idle(true);
        let own = [places.take(peer(1)).unwrap(), places.take(peer(1)).unwrap()];
        assert_eq!(refused(&places, peer(1)), Some(Limit::ConnectionsOfPeer));
        own[1].idle(true);
        let _third = places.take(peer(1)).unwrap();
        assert!(own[1].given_up().is_cancelled() && !other.given_up().is_cancelled());
    }
}
