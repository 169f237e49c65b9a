//! The program `trestle`: reads its settings, starts the relay and ends it cleanly, or carries out a
//! command.

use std::io::IsTerminal as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum, value_parser};
use relay::config::{Config, Keep, Limits, Retention};
use relay::store::sqlite::{Durability, Options};
use relay::{Farewell, commands};
use tracing_subscriber::EnvFilter;

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

    /// What to log to the standard error: error, warn, info or debug
    #[arg(
        long,
        env = "TRESTLE_LOG",
        default_value = "warn",
        value_name = "LEVEL"
    )]
    log: String,
}

const EXAMPLES: &str = "\
Examples:
  trestle                                in a hall, on the local network
  trestle --host 127.0.0.1               on this computer only
  trestle backup monday.sqlite           copies everything, also while Trestle runs
  trestle --data /var/lib/trestle --host 127.0.0.1 --public-url https://trestle.example.org
                                         on a server, behind a proxy that speaks TLS

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
            limits: Limits::default(),
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
    let filter = EnvFilter::try_new(&settings.log).unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
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
    let (address, origins) = (running.address, &running.origins);
    println!("{}", relay::banner::text(&config, address, origins, colour));
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
        let help = Settings::command().render_help().to_string();
        for needle in [
            "--port",
            "TRESTLE_PORT",
            "4010",
            "--data",
            "./trestle-data",
            "TRESTLE_STORE",
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
    fn the_data_folder_is_said_before_or_after_a_command() {
        for line in ["trestle --data /d list", "trestle list --data /d"] {
            let settings = Settings::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(settings.data, PathBuf::from("/d"), "{line}");
            assert!(matches!(settings.command, Some(Command::List)), "{line}");
        }
    }

    #[test]
    fn a_public_address_is_an_http_address() {
        assert_eq!(url("https://a.example/").unwrap(), "https://a.example");
        assert!(url("a.example").is_err());
    }
}
