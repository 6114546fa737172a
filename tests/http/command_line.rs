//! `minga client`: what an integrator's scripts see of it, exit codes included.
use crate::support::governance::today;
use crate::support::machines::Machine;
use crate::support::{World, on_each_database};
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// An integrator's machine: a folder of its own, and the program.
struct Desk {
    folder: tempfile::TempDir,
    server: String,
}

impl Desk {
    fn new(world: &World) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            server: world.base().to_owned(),
        }
    }
    fn account(&self) -> PathBuf {
        self.folder.path().join("configuration/minga/client.toml")
    }
    fn run(&self, arguments: &[&str], secret: Option<&str>) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_minga"));
        command
            .arg("client")
            .args(arguments)
            .env_clear()
            .env("XDG_CONFIG_HOME", self.folder.path().join("configuration"))
            .stdin(Stdio::null());
        if let Some(secret) = secret {
            command.env("MINGA_CLIENT_SECRET", secret);
        }
        command.output().unwrap()
    }
    fn log_in(&self, id: &str, secret: &str) -> Output {
        let arguments = ["login", "--server", &self.server, "--client-id", id];
        self.run(&arguments, Some(secret))
    }
    /// What it printed, which has to have gone well.
    #[track_caller]
    fn printed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments, None);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), errors.as_str()), (Some(0), ""));
        String::from_utf8(output.stdout).unwrap()
    }
    /// The JSON lines that it printed.
    #[track_caller]
    fn lines(&self, arguments: &[&str]) -> Vec<Value> {
        let text = self.printed(&[arguments, &["--json"]].concat());
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

#[test]
fn an_integrator_logs_in_once_and_fetches_what_is_new() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        delivery.deliver("100");
        let invoice = delivery.bill();
        world.work();
        let scopes = ["orders:read", "accounting:read", "events:read"];
        let Machine { id, secret, .. } = trade.market.union.machine(world, &scopes, &[]);
        let desk = Desk::new(world);
        assert_eq!(
            desk.run(&["orders"], None).status.code(),
            Some(3),
            "nobody is logged in"
        );
        assert_eq!(desk.log_in(&id, "wrong").status.code(), Some(3));
        assert!(!desk.account().exists());
        let logged_in = desk.log_in(&id, &secret);
        assert_eq!(logged_in.status.code(), Some(0));
        let said = String::from_utf8(logged_in.stderr).unwrap();
        assert!(!said.contains(&secret));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(desk.account())
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let orders = desk.lines(&["orders"]);
        assert_eq!(orders.len(), 1);
        assert!(
            desk.printed(&["orders"])
                .contains(orders[0]["reference"].as_str().unwrap())
        );
        assert_eq!(desk.lines(&["orders", "--status", "draft"]).len(), 0);
        let fetched = desk.lines(&["invoices", "fetch"]);
        assert_eq!(fetched.len(), 2, "an invoice and the cursor");
        assert_eq!(fetched[0]["id"], invoice.body["id"]);
        let next = fetched[1]["next"].as_str().unwrap();
        let again = desk.lines(&["invoices", "fetch", "--since", next]);
        assert_eq!(again.len(), 1, "nothing new");
        assert_eq!(again[0]["next"], next);
        let whole = desk.printed(&["invoices", "fetch", "--since", next]);
        assert_eq!(whole, format!("next: {next}\n"));
        let refused = desk.run(&["invoices", "fetch", "--since", "nonsense"], None);
        assert_eq!(refused.status.code(), Some(5));
        // Nothing listens at port 1.
        let away = ["orders", "--server", "http://127.0.0.1:1"];
        let elsewhere = desk.run(&away, None);
        assert_eq!(
            elsewhere.status.code(),
            Some(3),
            "the secret goes nowhere else"
        );
        let away = desk.run(&[&away[..], &["--token", "a-token"]].concat(), None);
        assert_eq!(away.status.code(), Some(6));
    });
}

#[test]
fn what_a_machine_may_not_do_has_its_own_exit_code() {
    on_each_database(|world| {
        let union = world.union("Sindicato Ceramista", "AR");
        let Machine { id, secret, .. } = union.machine(world, &["events:read"], &[]);
        let desk = Desk::new(world);
        assert_eq!(desk.log_in(&id, &secret).status.code(), Some(0));
        let output = desk.run(&["orders"], None);
        assert_eq!(output.status.code(), Some(4));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("orders:read"), "{said}");
        assert_eq!(desk.run(&["order"], None).status.code(), Some(2));
        let help = desk.run(&["orders", "--help"], None);
        assert!(
            String::from_utf8(help.stdout)
                .unwrap()
                .contains("Exit codes")
        );
    });
}

#[test]
fn a_journal_is_written_and_a_bank_statement_brought() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        delivery.deliver("100");
        let invoice = delivery.bill();
        let scopes = ["accounting:read", "accounting:write"];
        let cooperative = &trade.market.cooperative;
        let Machine { id, secret, .. } = cooperative.machine(world, &scopes, &["treasurer"]);
        let desk = Desk::new(world);
        assert_eq!(desk.log_in(&id, &secret).status.code(), Some(0));
        let journal = desk.printed(&["export", "--format", "hledger"]);
        assert!(journal.contains(invoice.body["reference"].as_str().unwrap()));
        let file = desk.folder.path().join("journal.ledger");
        let name = file.to_str().unwrap();
        desk.printed(&["export", "--format", "hledger", "--output", name]);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), journal);
        let wrong = desk.run(&["export", "--format", "abacus", "--output", name], None);
        assert_eq!(wrong.status.code(), Some(5));
        assert_eq!(
            std::fs::read_to_string(&file).unwrap(),
            journal,
            "as it was"
        );

        let statement = desk.folder.path().join("november.csv");
        let reference = invoice.body["reference"].as_str().unwrap();
        let amount = invoice.body["payable"].as_str().unwrap();
        let rows = format!(
            "Fecha,Importe,Ref,Texto\n{day},{amount},B-1,{reference}\n{day},-9.50,B-2,Comision\n",
            day = today()
        );
        std::fs::write(&statement, rows).unwrap();
        let mut import = vec!["statement", "import", statement.to_str().unwrap()];
        let columns = [
            "date=Fecha",
            "amount=Importe",
            "bank_reference=Ref",
            "text=Texto",
            "currency=ARS",
            "decimal=point",
        ];
        for column in columns {
            import.extend(["--column", column]);
        }
        let said = desk.lines(&import);
        assert_eq!((&said[0]["entries"], said.len()), (&2.into(), 2));
        assert_eq!(said[1]["reason"], "unknown");
        let paid = format!("/api/v1/invoices/{}", invoice.id());
        let paid = delivery.treasurer.get(&paid).expect(200);
        assert_eq!(paid.body["paid"], invoice.body["payable"]);
        assert_eq!(
            desk.run(&import, None).status.code(),
            Some(5),
            "the same file"
        );
    });
}
