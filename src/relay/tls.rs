//! Reads the certificate and the key with which the relay speaks TLS itself.
//!
//! What is wrong with a file is said in a few words, at the start and never later. Must never log or
//! repeat what stands in a key.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{Error as PemError, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{Error as TlsError, InconsistentKeys, ServerConfig};

/// The two files, both PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, followed by those that vouch for it.
    pub certificate: PathBuf,
    /// The private key of the certificate.
    pub key: PathBuf,
}

/// What is wrong with one of the files.
#[derive(Debug)]
pub(crate) struct BadFile {
    pub(crate) path: String,
    pub(crate) reason: String,
}

/// Reads the files into what connections are accepted with.
pub(crate) fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, BadFile> {
    let certificates = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .and_then(|certificates| {
            if certificates.is_empty() {
                Err(PemError::NoItemsFound)
            } else {
                Ok(certificates)
            }
        })
        .map_err(|error| unreadable(&files.certificate, "certificate", &error))?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| unreadable(&files.key, "private key", &error))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(certificates, key)
        });
    let mut config = config.map_err(|error| unusable(files, &error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn unreadable(path: &Path, wanted: &str, error: &PemError) -> BadFile {
    let reason = match error {
        PemError::Io(error) => error.to_string(),
        PemError::NoItemsFound => format!("there is no {wanted} in it; it must be a PEM file"),
        // The words of these would repeat a part of the file.
        _ => "it is not a whole PEM file".to_owned(),
    };
    let path = path.display().to_string();
    BadFile { path, reason }
}

fn unusable(files: &TlsFiles, error: &TlsError) -> BadFile {
    let (path, reason) = match error {
        TlsError::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            let certificate = files.certificate.display();
            let reason = format!("it is not the key of the certificate in {certificate}");
            (&files.key, reason)
        }
        TlsError::InvalidCertificate(_) => {
            (&files.certificate, "the certificate cannot be read".into())
        }
        _ => (&files.key, "this kind of key cannot be used".into()),
    };
    let path = path.display().to_string();
    BadFile { path, reason }
}
