//! `minga demo`: the main job's story, told through the real HTTP API on an empty embedded database.
mod cast;
mod delivery;
mod evidence;
mod figures;
mod framework;
mod orders;
mod people;
mod pool;
mod show;
mod story;

use crate::cli::DemoArgs;
use crate::config::{DatabaseArgs, MailArgs};
use crate::webhooks::WebhookSender;
use crate::worker::Worker;
use anyhow::Context;
use api::files::Files;
use cast::Stage;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::Path;
use std::process::ExitCode;

/// Tells the story; every step checks its result, and the first that does not hold ends the run.
///
/// # Errors
/// The step that did not hold, with the server's words.
pub fn run(args: &DemoArgs) -> anyhow::Result<ExitCode> {
    clear(&args.data_dir)?;
    let database = DatabaseArgs {
        database_url: None,
        data_dir: args.data_dir.clone(),
    };
    let db = database.open()?;
    let listener = listen(args)?;
    let address = listener.local_addr()?;
    let public_url = format!("http://{address}");
    let settings = api::Settings {
        public_url: public_url.clone(),
        files_dir: args.data_dir.join("files"),
        webhooks_anywhere: true,
        ..api::Settings::default()
    };
    let mail = MailArgs {
        mail_from: "minga@minga.example".to_owned(),
        smtp_url: None,
        smtp_user: None,
        smtp_password: None,
        dkim: None,
    };
    let worker = Worker {
        db: db.clone(),
        mailer: mail.mailer(&args.data_dir)?,
        public_url: public_url.clone(),
        files: Files::new(args.data_dir.join("files")),
        webhooks: WebhookSender::new(true),
    };
    let exit = args.exit;
    let data_dir = args.data_dir.clone();
    actix_web::rt::System::new().block_on(async move {
        let running = api::start(listener, db.clone(), settings).await?;
        let (handle, ended) = (running.handle, running.ended);
        let serving = actix_web::rt::spawn(ended);
        let runtime = tokio::runtime::Handle::current();
        // The story talks to the server as anybody would, so it must not block the server's thread.
        let told = tokio::task::spawn_blocking(move || {
            let stage = Stage::new(&public_url, db, worker, runtime, data_dir);
            story::tell(&stage).map(|()| stage)
        })
        .await
        .context("the story broke off")?;
        let stage = match told {
            Ok(stage) => stage,
            Err(error) => {
                handle.stop(false).await;
                return Err(error);
            }
        };
        if exit {
            handle.stop(true).await;
            return anyhow::Ok(());
        }
        show::go_on(&stage)?;
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let working = actix_web::rt::spawn(async move { stage.worker.run(stopped).await });
        serving.await??;
        stop.send_replace(true);
        working.await?;
        Ok(())
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The demo's folder is its own: what an earlier demo left is removed, anything else is not touched.
fn clear(folder: &Path) -> anyhow::Result<()> {
    for name in ["minga.db", "minga.db-wal", "minga.db-shm", cast::LOGINS] {
        remove(&folder.join(name), |path| std::fs::remove_file(path))?;
    }
    for name in ["mail", "files"] {
        remove(&folder.join(name), |path| std::fs::remove_dir_all(path))?;
    }
    Ok(())
}

fn remove(path: &Path, how: impl Fn(&Path) -> std::io::Result<()>) -> anyhow::Result<()> {
    match how(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// The address that was asked for, or a free port where another program has it.
fn listen(args: &DemoArgs) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(args.listen) {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            println!("{} is taken, so the demo takes a free port.", args.listen);
            Ok(TcpListener::bind((args.listen.ip(), 0))?)
        }
        Err(error) => Err(error).with_context(|| format!("cannot listen on {}", args.listen)),
    }
}
