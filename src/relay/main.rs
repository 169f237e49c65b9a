//! The program `trestle`: reads its settings, starts the relay and ends it cleanly, or carries out a
//! command.

use std::io::IsTerminal as _;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum, value_parser};
use relay::banner::{self, Place};
use relay::config::{Config, Keep, Limits, Retention, TlsFiles};
use relay::log::{self, Format, Level};
use relay::store::sqlite::{Durability, Options};
use relay::{Farewell, commands};

/// A whiteboard for co-design workshops: the relay and the web app in one program.
///
/// Start it on a laptop in the hall, or on a server; people join with a link or a code, without an
/// account. Everything they write is kept in one folder.
#[derive(Debug, Parser)]
#[command(
    name = "trestle",
    version,
    max_term_width = 100,
    after_help = EXAMPLES,
    subcommand_help_heading = "Instead of serving",
    disable_help_subcommand = true
)]
struct Settings {
    #[command(subcommand)]
    command: Option<Command>,

    /// The port to listen on
    #[arg(
        long,
        env = "TRESTLE_PORT",
        default_value_t = 4010,
        value_name = "PORT"
    )]
    port: u16,

    /// The address to listen on: 0.0.0.0 for everyone on the network, 127.0.0.1 for this computer
    #[arg(
        long,
        env = "TRESTLE_HOST",
        default_value = "0.0.0.0",
        value_name = "ADDRESS"
    )]
    host: IpAddr,

    /// The folder in which everything is kept; it is made when it is not there
    #[arg(
        long,
        env = "TRESTLE_DATA",
        global = true,
        default_value = "./trestle-data",
        value_name = "FOLDER"
    )]
    data: PathBuf,

    /// Where to keep things: in the data folder, or in memory until the program ends
    #[arg(
        long,
        env = "TRESTLE_STORE",
        value_enum,
        default_value = "sqlite",
        value_name = "STORE"
    )]
    store: StoreKind,

    /// What "saved" survives: full, a loss of power; normal, the end of the program (faster)
    #[arg(
        long,
        env = "TRESTLE_DURABILITY",
        value_enum,
        default_value = "full",
        value_name = "HOW"
    )]
    durability: DurabilityKind,

    /// The address under which people reach this relay, such as <https://trestle.example.org>, when
    /// it is behind a proxy; it is shown in links and codes
    #[arg(long, env = "TRESTLE_PUBLIC_URL", value_name = "URL", value_parser = url)]
    public_url: Option<String>,

    /// How many days a workshop is kept after it was last written to, unless its facilitator has
    /// chosen otherwise
    #[arg(
        long,
        env = "TRESTLE_RETENTION_DAYS",
        default_value_t = 90,
        value_name = "DAYS",
        value_parser = value_parser!(u32).range(1..=36_500)
    )]
    retention_days: u32,

    /// The most days that a facilitator may choose; no workshop is kept longer
    #[arg(
        long,
        env = "TRESTLE_RETENTION_MOST_DAYS",
        default_value_t = 365,
        value_name = "DAYS",
        value_parser = value_parser!(u32).range(1..=36_500)
    )]
    retention_most_days: u32,

    /// Do not tell the local network that this is trestle.local
    #[arg(
        long,
        env = "TRESTLE_NO_MDNS",
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    no_mdns: bool,

    /// A certificate in a PEM file, with those that vouch for it: the relay then speaks TLS itself
    #[arg(
        long,
        env = "TRESTLE_TLS_CERT",
        value_name = "FILE",
        requires = "tls_key"
    )]
    tls_cert: Option<PathBuf>,

    /// The private key of that certificate, in a PEM file
    #[arg(
        long,
        env = "TRESTLE_TLS_KEY",
        value_name = "FILE",
        requires = "tls_cert"
    )]
    tls_key: Option<PathBuf>,

    /// Where figures for Prometheus are given, at /metrics; "off" for nowhere
    #[arg(
        long,
        env = "TRESTLE_METRICS_ADDRESS",
        default_value = "127.0.0.1:4011",
        value_name = "ADDRESS",
        value_parser = metrics_address
    )]
    metrics_address: MetricsAddress,

    /// How long a client may take to send the headers of a request, and then its body
    #[arg(
        long,
        env = "TRESTLE_READ_TIMEOUT",
        default_value_t = 10,
        value_parser = clap::value_parser!(u64).range(1..=3600),
        value_name = "SECONDS"
    )]
    read_timeout: u64,

    /// What to log to the standard error: error, warn, info or debug
    #[arg(
        long,
        env = "TRESTLE_LOG",
        value_enum,
        default_value = "warn",
        hide_possible_values = true,
        value_name = "LEVEL"
    )]
    log: Level,

    /// How to log: in lines for people, or of JSON for programs
    #[arg(
        long,
        env = "TRESTLE_LOG_FORMAT",
        value_enum,
        default_value = "text",
        value_name = "FORMAT"
    )]
    log_format: Format,

    #[command(flatten)]
    limits: Limits,
}

const EXAMPLES: &str = "\
Examples:
  trestle                                in a hall, on the local network
  trestle --host 127.0.0.1               on this computer only
  trestle backup monday.sqlite           copies everything, also while Trestle runs
  trestle --data /var/lib/trestle --host 127.0.0.1 --public-url https://trestle.example.org
                                         on a server, behind a proxy that speaks TLS
  trestle --port 443 --tls-cert cert.pem --tls-key key.pem --public-url https://trestle.example.org
                                         on a server, with TLS of its own

Each setting can also be given as the environment variable shown beside it.";

/// What to do with the data folder instead of serving it.
#[derive(Debug, Subcommand)]
enum Command {
    /// Copy everything into a new file, also while Trestle runs
    ///
    /// The copy is of one moment and is checked before this ends. A file that is there already is not
    /// overwritten.
    Backup {
        /// The file to make, such as monday.sqlite
        file: PathBuf,
    },
    /// Put a backup in the place of the database; stop Trestle first
    ///
    /// The backup is checked first. The database that was there is kept beside it, with a name that
    /// begins with before-restore.
    Restore {
        /// The file that trestle backup has made
        file: PathBuf,
    },
    /// List the workshops, the last used first, also while Trestle runs
    List,
    /// Delete a workshop with everything; stop Trestle first
    ///
    /// Asks nothing. While Trestle runs, a facilitator can delete a workshop, and its people are told.
    Delete {
        /// The workshop's id, as trestle list shows it
        workshop: String,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum StoreKind {
    Sqlite,
    Memory,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DurabilityKind {
    Full,
    Normal,
}

/// An address, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct MetricsAddress(Option<SocketAddr>);

fn metrics_address(text: &str) -> Result<MetricsAddress, String> {
    if text == "off" {
        return Ok(MetricsAddress(None));
    }
    let address = text
        .parse()
        .map_err(|_| "it must be an address with a port, such as 127.0.0.1:4011, or off")?;
    Ok(MetricsAddress(Some(address)))
}

fn url(text: &str) -> Result<String, String> {
    let sound = text.starts_with("http://") || text.starts_with("https://");
    if sound && !text.contains([' ', '"', '<']) {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err("it must begin with http:// or https://".into())
    }
}

impl From<Settings> for Config {
    fn from(settings: Settings) -> Self {
        let durability = match settings.durability {
            DurabilityKind::Full => Durability::Full,
            DurabilityKind::Normal => Durability::Normal,
        };
        let keep = match settings.store {
            StoreKind::Memory => Keep::Memory,
            StoreKind::Sqlite => Keep::Folder {
                path: settings.data,
                options: Options {
                    durability,
                    ..Options::default()
                },
            },
        };
        Self {
            host: settings.host,
            port: settings.port,
            keep,
            public_url: settings.public_url,
            tls: settings
                .tls_cert
                .zip(settings.tls_key)
                .map(|(certificate, key)| TlsFiles { certificate, key }),
            metrics: settings.metrics_address.0,
            announce: !settings.no_mdns,
            limits: Limits {
                read_ms: settings.read_timeout * 1_000,
                ..settings.limits
            },
            retention: Retention {
                days: settings.retention_days,
                most_days: settings.retention_most_days,
            },
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let settings = Settings::parse();
    let subscriber = log::subscriber(settings.log, settings.log_format, std::io::stderr);
    tracing::subscriber::set_global_default(subscriber).expect("nobody has set one before");
    if let Some(command) = &settings.command {
        return carry_out(command, &settings.data).await;
    }
    let config = Config::from(settings);
    let running = match relay::serve(config.clone()).await {
        Ok(running) => running,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    for finding in &running.findings {
        eprintln!("{finding}");
    }
    let colour = std::io::stdout().is_terminal();
    let place = Place {
        address: running.address,
        origins: &running.origins,
        announced: &running.announced,
    };
    println!("{}", banner::text(&config, &place, colour));
    asked_to_end().await;
    println!("Stopping. Storing what is left…");
    match running.shutdown().await {
        Farewell::AllStored => {
            println!("Everything is stored. Goodbye.");
            ExitCode::SUCCESS
        }
        Farewell::NotAllStored => {
            eprintln!(
                "Not everything could be stored. Nobody was told that what is missing is saved; \
                 devices that have it bring it back when Trestle is started again."
            );
            ExitCode::FAILURE
        }
    }
}

async fn carry_out(command: &Command, data: &Path) -> ExitCode {
    let done = match command {
        Command::Backup { file } => commands::backup(data, file),
        Command::Restore { file } => commands::restore(data, file),
        Command::List => commands::list(data),
        Command::Delete { workshop } => commands::delete(data, workshop).await,
    };
    match done {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(not_done) => {
            eprintln!("{not_done}");
            ExitCode::FAILURE
        }
    }
}

/// Resolves on Ctrl-C, and where there is such a thing, when the system asks for the end.
async fn asked_to_end() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_settings_are_sound() {
        Settings::command().debug_assert();
    }

    #[test]
    fn help_names_every_flag_its_variable_and_its_default() {
        let help = Settings::command().render_long_help().to_string();
        for needle in [
            "--port",
            "TRESTLE_PORT",
            "4010",
            "--data",
            "./trestle-data",
            "TRESTLE_STORE",
            "--documents-per-workshop",
            "TRESTLE_DOCUMENTS_PER_WORKSHOP",
            "--retention-days",
            "TRESTLE_RETENTION_MOST_DAYS",
            "backup",
            "restore",
            "list",
            "delete",
        ] {
            assert!(help.contains(needle), "{needle} is missing in:\n{help}");
        }
    }

    #[test]
    fn short_help_leaves_the_limits_to_the_long_one() {
        let help = Settings::command().render_help().to_string();
        assert!(help.contains("--port") && help.contains("--help"));
        assert!(!help.contains("--documents-per-workshop"), "{help}");
    }

    #[test]
    fn what_is_not_set_has_its_default_and_a_limit_can_be_set() {
        let read = |arguments: &[&str]| Settings::parse_from(arguments).limits;
        let limits = read(&["trestle"]);
        assert_eq!(format!("{limits:?}"), format!("{:?}", Limits::default()));
        let limits = read(&["trestle", "--documents-per-workshop", "7"]);
        assert_eq!(limits.documents_per_workshop, 7);
    }

    #[test]
    fn the_data_folder_is_said_before_or_after_a_command() {
        for line in ["trestle --data /d list", "trestle list --data /d"] {
            let settings = Settings::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(settings.data, PathBuf::from("/d"), "{line}");
            assert!(matches!(settings.command, Some(Command::List)), "{line}");
        }
    }

    #[test]
    fn the_address_for_metrics_can_be_none() {
        let on = metrics_address("127.0.0.1:4011").unwrap();
        assert_eq!(on.0, Some("127.0.0.1:4011".parse().unwrap()));
        assert_eq!(metrics_address("off").unwrap().0, None);
        assert!(metrics_address("4011").is_err());
    }

    #[test]
    fn a_public_address_is_an_http_address() {
        assert_eq!(url("https://a.example/").unwrap(), "https://a.example");
        assert!(url("a.example").is_err());
    }
}
