//! Under which addresses others on the local network reach this machine.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use if_addrs::{IfAddr, Interface, get_if_addrs};

/// Interfaces of containers and virtual machines, which nobody in the hall can reach.
const VIRTUAL: [&str; 7] = ["docker", "br-", "veth", "virbr", "vmnet", "vbox", "podman"];

/// The origins (`http://192.168.1.5:4010`) at which others reach a relay that listens on `address`
/// and speaks `scheme`, the likeliest first. Empty when only this machine can.
pub(crate) fn origins(scheme: &str, address: SocketAddr) -> Vec<String> {
    if address.ip().is_loopback() {
        return Vec::new();
    }
    if !address.ip().is_unspecified() {
        return vec![format!("{scheme}://{address}")];
    }
    let interfaces = get_if_addrs().unwrap_or_default();
    let mut reachable: Vec<Ipv4Addr> = interfaces.iter().filter_map(reached_at).collect();
    reachable.sort_by_key(|ip| rank(*ip));
    reachable.dedup();
    reachable
        .into_iter()
        .map(|ip| {
            let address = SocketAddr::new(IpAddr::V4(ip), address.port());
            format!("{scheme}://{address}")
        })
        .collect()
}

/// The address at which others reach this machine through an interface, if they do.
pub(crate) fn reached_at(interface: &Interface) -> Option<Ipv4Addr> {
    let IfAddr::V4(v4) = &interface.addr else {
        return None;
    };
    let is_virtual = VIRTUAL.iter().any(|name| interface.name.starts_with(name));
    let is_reached = !is_virtual && !v4.ip.is_loopback() && !v4.ip.is_link_local();
    is_reached.then_some(v4.ip)
}

/// The address under which this machine reaches a relay of its own.
pub(crate) fn local(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port())
    } else {
        address
    }
}

/// Home and hall networks before those of companies, and any private one before a public one.
fn rank(ip: Ipv4Addr) -> u8 {
    match ip.octets() {
        [192, 168, ..] => 0,
        [10, ..] => 1,
        _ if ip.is_private() => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loopback_relay_has_no_address_for_others() {
        assert!(origins("http", "127.0.0.1:4010".parse().unwrap()).is_empty());
    }

    #[test]
    fn a_chosen_address_is_the_only_one() {
        for scheme in ["http", "https"] {
            let origins = origins(scheme, "192.168.7.7:4010".parse().unwrap());
            assert_eq!(origins, [format!("{scheme}://192.168.7.7:4010")]);
        }
    }

    #[test]
    fn the_hall_network_comes_first() {
        let mut ips: Vec<Ipv4Addr> = ["81.2.3.4", "172.16.0.9", "10.0.0.2", "192.168.1.5"]
            .map(|ip| ip.parse().unwrap())
            .into();
        ips.sort_by_key(|ip| rank(*ip));
        assert_eq!(ips[0], Ipv4Addr::new(192, 168, 1, 5));
    }
}
