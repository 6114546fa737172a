//! `minga serve`: the API and the worker, until SIGINT or SIGTERM.
use crate::config::ServeArgs;
use crate::worker::Worker;
use anyhow::Context;
use api::files::Files;
use std::io::IsTerminal;
use std::net::TcpListener;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Serves until it is told to stop; what was accepted is finished.
///
/// # Errors
/// Where the database, the address or the mail configuration does not work.
pub fn run(args: &ServeArgs) -> anyhow::Result<ExitCode> {
    log(args.log_json);
    let db = args.database.open()?;
    let listener = TcpListener::bind(args.listen)
        .with_context(|| format!("cannot listen on {}", args.listen))?;
    let address = listener.local_addr()?;
    let settings = args.settings(address);
    let worker = Worker {
        db: db.clone(),
        mailer: args.mail.mailer(&args.database.data_dir)?,
        public_url: settings.public_url.clone(),
        files: Files::new(settings.files_dir.clone()),
        webhooks: args.webhooks.sender(),
    };
    let no_worker = args.no_worker;
    actix_web::rt::System::new().block_on(async move {
        let running = api::start(listener, db, settings).await?;
        println!("listening on http://{address}");
        let (stop, stopped) = tokio::sync::watch::channel(no_worker);
        let working = actix_web::rt::spawn(async move { worker.run(stopped).await });
        running.ended.await?;
        // The worker finishes its pass; a message half sent would go out twice.
        stop.send_replace(true);
        working.await.context("the worker did not end well")?;
        anyhow::Ok(())
    })?;
    Ok(ExitCode::SUCCESS)
}

fn log(json: bool) {
    let filter = EnvFilter::try_from_env("MINGA_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,actix_server=warn"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    if json {
        subscriber.json().init();
    } else {
        subscriber.init();
    }
}
