//! Tells the local network that this relay is `trestle.local`, by multicast DNS (RFC 6762 and 6763).
//!
//! It is a convenience: whatever fails here is said in one line, and the addresses in numbers work all
//! the same. Must never hold up the relay, which serves already when this begins.

use std::net::SocketAddr;
use std::time::Duration;

use mdns_sd::{DaemonEvent, IfKind, IfPredicate, ServiceDaemon, ServiceInfo};
use tokio::time::timeout;

use crate::config::Config;
use crate::network;

/// The name of this machine while it is announced.
const HOST: &str = "trestle.local";

/// How long the announcement may take. The network is asked three times in a second whether somebody
/// has the name already, before it is taken.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long the farewell may take.
const FAREWELL: Duration = Duration::from_millis(500);

/// Whether the network knows this relay by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Announced {
    /// Nobody was to be told.
    No,
    /// Others reach it at this origin.
    At(String),
    /// Another machine of the network has the name.
    Taken,
    /// The network, or this machine, does not let it be announced.
    Failed,
}

/// An announcement that holds until it is ended, or the process ends.
pub(crate) struct Announcement(ServiceDaemon);

/// Whether a relay that listens on `address` is to be announced. Only IPv4 is: that is what halls have,
/// and the addresses that are printed are of that kind as well.
pub(crate) fn is_wanted(config: &Config, address: SocketAddr) -> bool {
    let ip = address.ip();
    let on_network = ip.is_unspecified() || (ip.is_ipv4() && !ip.is_loopback());
    config.announce && config.public_url.is_none() && on_network
}

/// Announces the relay. Says how it went, once that is known.
pub(crate) async fn announce(
    scheme: &str,
    address: SocketAddr,
) -> (Announced, Option<Announcement>) {
    let asking = async {
        let daemon = ServiceDaemon::new()?;
        let events = daemon.monitor()?;
        daemon.disable_interface(IfKind::Predicate(IfPredicate::new(move |interface| {
            let reached_at = network::reached_at(interface);
            reached_at.is_none_or(|ip| !address.ip().is_unspecified() && address.ip() != ip)
        })))?;
        let announcement = Announcement(daemon);
        announcement.0.register(service(scheme, address.port())?)?;
        while let Ok(event) = events.recv_async().await {
            match outcome(&event) {
                Some(Announced::At(host)) => {
                    let origin = format!("{scheme}://{host}:{}", address.port());
                    return Ok((Announced::At(origin), Some(announcement)));
                }
                Some(other) => {
                    announcement.end().await;
                    return Ok((other, None));
                }
                None => {}
            }
        }
        Err(mdns_sd::Error::DaemonShutdown)
    };
    match timeout(PATIENCE, asking).await {
        Ok(Ok(announced)) => announced,
        Ok(Err(error)) => {
            tracing::info!(%error, "not announced");
            (Announced::Failed, None)
        }
        Err(_) => (Announced::Failed, None),
    }
}

/// What is announced: the machine's name with its addresses, and that there is a page at the port.
fn service(scheme: &str, port: u16) -> mdns_sd::Result<ServiceInfo> {
    let kind = format!("_{scheme}._tcp.local.");
    let host = format!("{HOST}.");
    // The addresses are the daemon's to fill in, and to change when the machine's do.
    let service = ServiceInfo::new(&kind, "Trestle", &host, "", port, &[("path", "/")][..])?;
    Ok(service.enable_addr_auto())
}

/// What an event of the daemon means for the announcement, if anything.
fn outcome(event: &DaemonEvent) -> Option<Announced> {
    match event {
        // A change of the service's own name is no matter: "Trestle (2)" leads to the same page.
        DaemonEvent::NameChange(change) if change.original.trim_end_matches('.') == HOST => {
            Some(Announced::Taken)
        }
        DaemonEvent::Announce(..) => Some(Announced::At(HOST.to_owned())),
        DaemonEvent::Error(_) => Some(Announced::Failed),
        _ => None,
    }
}

impl Announcement {
    /// Tells the network that the name leads nowhere any more.
    pub(crate) async fn end(self) {
        if let Ok(ended) = self.0.shutdown() {
            let _ = timeout(FAREWELL, ended.recv_async()).await;
        }
    }
}

impl Drop for Announcement {
    fn drop(&mut self) {
        // Its thread would go on without an owner.
        let _ = self.0.shutdown();
    }
}

#[cfg(test)]
mod tests {
    use mdns_sd::{DnsNameChange, RRType};

    use super::*;

    #[test]
    fn only_a_relay_that_others_reach_by_this_machines_addresses_is_announced() {
        let public = Some("https://trestle.example.org".to_owned());
        let table = [
            ("0.0.0.0:4010", true, None, true),
            ("[::]:4010", true, None, true),
            ("192.168.1.5:4010", true, None, true),
            ("127.0.0.1:4010", true, None, false),
            ("[::1]:4010", true, None, false),
            ("[fd00::5]:4010", true, None, false),
            ("0.0.0.0:4010", false, None, false),
            ("0.0.0.0:4010", true, public, false),
        ];
        for (address, announce, public_url, wanted) in table {
            let config = Config {
                public_url,
                announce,
                ..Config::in_memory()
            };
            let address = address.parse().unwrap();
            assert_eq!(is_wanted(&config, address), wanted, "{address} {announce}");
        }
    }

    #[test]
    fn what_is_announced_is_a_page_at_the_port_of_a_machine_of_this_name() {
        for (scheme, fullname) in [
            ("http", "Trestle._http._tcp.local."),
            ("https", "Trestle._https._tcp.local."),
        ] {
            let service = service(scheme, 4010).unwrap();
            assert_eq!(service.get_fullname(), fullname);
            assert_eq!(service.get_hostname(), "trestle.local.");
            assert_eq!(service.get_port(), 4010);
            assert_eq!(service.get_property_val_str("path"), Some("/"));
            assert!(service.is_addr_auto() && service.requires_probe());
        }
    }

    #[test]
    fn a_name_that_another_machine_has_is_left_to_it() {
        let renamed = |original: &str, new_name: &str| {
            DaemonEvent::NameChange(DnsNameChange {
                original: original.into(),
                new_name: new_name.into(),
                rr_type: RRType::A,
                intf_name: "wlan0".into(),
            })
        };
        let announced = DaemonEvent::Announce("Trestle._http._tcp.local.".into(), String::new());
        let table = [
            (
                renamed("trestle.local.", "trestle-2.local."),
                Some(Announced::Taken),
            ),
            (
                renamed("Trestle._http._tcp.local.", "Trestle (2)._http._tcp.local."),
                None,
            ),
            (announced, Some(Announced::At("trestle.local".into()))),
            (
                DaemonEvent::Error(mdns_sd::Error::Again),
                Some(Announced::Failed),
            ),
            (DaemonEvent::Respond("wlan0".into()), None),
        ];
        for (event, expected) in table {
            assert_eq!(outcome(&event), expected, "{event:?}");
        }
    }
}
