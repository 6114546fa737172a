// A union's accountant closes the month, by types that were generated from the OpenAPI document: compiled strictly, so
// that a field which the document lacks is an error before anything runs. Prints a line of JSON for each check.
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Schemas = components["schemas"];
type Caller = Client<paths>;
type Entry = Schemas["JournalEntryView"];
type Invoice = Schemas["List_InvoiceView"]["items"][number];

const told = JSON.parse(process.env["MONTH"] ?? "{}") as {
  base: string;
  admin: string;
  seller: string;
  passwords: Record<string, string>;
};
const scopes = ["accounting:read", "accounting:write", "deliveries:read", "events:read", "orders:read"];
const patienceMs = 30_000;

function check(what: string, holds: boolean, detail?: unknown): void {
  console.log(JSON.stringify({ what, holds, detail: JSON.stringify(detail) }));
}

/** The answer's data, which must be there. */
function data<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) {
    throw new Error(`${answer.response.url}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

let acts = 0;
const key = (): string => `ts-${process.pid}-${Date.now()}-${(acts += 1)}`;
const keyed = () => ({ "Idempotency-Key": key() });

function caller(token?: string): Caller {
  return createClient<paths>({
    baseUrl: told.base,
    ...(token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } }),
  });
}

async function person(email: string): Promise<Caller> {
  const password = told.passwords[email];
  if (password === undefined) throw new Error(`nobody is ${email}`);
  return caller(data(await caller().POST("/api/v1/auth/login", { body: { email, password } })).access_token);
}

async function register(admin: Caller, scopes: string[], roles: string[]) {
  const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const body = { name: "Accounting", scopes, roles, expires_on: day };
  return data(await admin.POST("/api/v1/clients", { params: { header: keyed() }, body }));
}

function askForToken(id: string, secret: string) {
  return caller().POST("/oauth/token", {
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: { grant_type: "client_credentials", client_id: id, client_secret: secret },
    bodySerializer: (body) => new URLSearchParams(body as Record<string, string>),
  });
}

async function machine(admin: Caller, scopes: string[], roles: string[]): Promise<Caller> {
  const made = await register(admin, scopes, roles);
  return caller(data(await askForToken(made.id, made.client_secret ?? "")).access_token);
}

/** Cents, exactly. */
function cents(amount: string): bigint {
  const [whole = "0", part = ""] = amount.replace("-", "").split(".");
  const value = BigInt(whole + part.padEnd(2, "0"));
  return amount.startsWith("-") ? -value : value;
}

async function entriesOf(it: Caller, to?: string): Promise<Entry[]> {
  const all: Entry[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = { limit: 2, ...(to && { to }), ...(cursor && { cursor }) };
    const page = data(await it.GET("/api/v1/journal-entries", { params: { query } }));
    all.push(...page.items);
    if (!page.next) return all;
    cursor = page.next;
  }
}

async function file(it: Caller, format: string, to?: string): Promise<string> {
  const query = { format, ...(to && { to }), ...(format === "ofx" && { currency: "ARS" }) };
  const answer = await it.GET("/api/v1/journal", { params: { query }, parseAs: "text" });
  return String(data(answer));
}

async function changesOf(it: Caller, kind: string, from?: string) {
  const found: Schemas["ChangeView"][] = [];
  for (let after = from, until = Date.now() + patienceMs; Date.now() < until; ) {
    const page = data(await it.GET("/api/v1/changes", { params: { query: { limit: 9, ...(after && { after }) } } }));
    found.push(...page.items);
    after = page.next ?? after;
    if (page.more) continue;
    if (found.some((change) => change.type === kind)) return { found, after };
    await new Promise((go) => setTimeout(go, 200));
  }
  return { found, after: from };
}

async function pay(cooperative: Caller, invoice: Invoice, amount: string, on: string, reference: string): Promise<void> {
  const path = { id: invoice.id };
  const present = await cooperative.GET("/api/v1/invoices/{id}", { params: { path } });
  const header = { ...keyed(), "If-Match": present.response.headers.get("etag") ?? "" };
  const body = { amount: { amount, currency: invoice.currency }, paid_on: on, bank_reference: reference };
  data(await cooperative.POST("/api/v1/invoices/{id}/payments", { params: { path, header }, body }));
}

async function checkAccess(admin: Caller): Promise<Caller> {
  const made = await register(admin, scopes, ["accountant"]);
  const wrong = await askForToken(made.id, "wrong");
  check("a wrong secret gets no token", wrong.response.status === 401, wrong.error);
  const narrow = await machine(admin, ["orders:read"], []);
  const refused = await narrow.GET("/api/v1/invoices");
  const code = (refused.error as Schemas["Problem"] | undefined)?.code;
  check("a machine without the scope reads no invoice", refused.response.status === 403 && code === "insufficient_scope", code);
  return caller(data(await askForToken(made.id, made.client_secret ?? "")).access_token);
}

async function checkBooks(it: Caller): Promise<Invoice> {
  const entries = await entriesOf(it);
  const balanced = entries.every((entry) => {
    const sums = new Map<string, bigint>();
    for (const one of entry.postings) {
      sums.set(one.currency, (sums.get(one.currency) ?? 0n) + cents(one.debit) - cents(one.credit));
    }
    return [...sums.values()].every((sum) => sum === 0n);
  });
  check(`debit is credit in each currency of ${entries.length} entries`, entries.length > 0 && balanced);
  const invoices = data(await it.GET("/api/v1/invoices", { params: { query: { limit: 100 } } })).items;
  const [first] = invoices;
  if (first === undefined) throw new Error("the union has no invoice");
  for (const invoice of invoices) {
    const answer = await it.GET("/api/v1/invoices/{id}", {
      params: { path: { id: invoice.id } },
      headers: { Accept: "application/xml" },
      parseAs: "text",
    });
    const xml = String(data(answer as { data?: unknown; response: Response }));
    const asked = /PayableAmount currencyID="\w+">([\d.]+)</.exec(xml)?.[1] ?? "";
    check(`${invoice.reference} asks in UBL for what it asks here`, cents(asked) === cents(invoice.payable), asked);
    const charges = [...xml.matchAll(/<cbc:AllowanceChargeReason>[^<]*<[\s\S]*?<cbc:Amount currencyID="\w+">([\d.]+)</g)];
    const premium = charges.reduce((sum, one) => sum + cents(one[1] ?? "0"), 0n);
    const booked = entries
      .filter((entry) => entry.document === invoice.reference)
      .flatMap((entry) => entry.postings)
      .filter((one) => one.account.startsWith("premium_paid_"))
      .reduce((sum, one) => sum + cents(one.debit), 0n);
    check("and its premium is booked apart, to the cent", premium > 0n && premium === booked, `${premium} ${booked}`);
  }
  return first;
}

async function checkMatching(it: Caller): Promise<void> {
  const invoices = data(await it.GET("/api/v1/invoices", { params: { query: { limit: 100 } } })).items;
  for (const { id, reference } of invoices) {
    const compared = data(await it.GET("/api/v1/invoices/{id}/three-way-check", { params: { path: { id } } }));
    check(`${reference} is what was ordered and accepted`, compared.matches, compared.differences);
  }
}

async function checkReports(it: Caller): Promise<void> {
  const { rows } = data(await it.GET("/api/v1/reports/reconciliation"));
  const off = rows.filter((row) => cents(row.difference) !== 0n);
  check(`the reconciliation is zero in ${rows.length} rows`, rows.length > 0 && off.length === 0, off);
  const bank = (await entriesOf(it)).flatMap((entry) => entry.postings).filter((one) => one.account === "bank");
  const paid = bank.reduce((sum, one) => sum + cents(one.credit) - cents(one.debit), 0n);
  const year = new Date().getUTCFullYear();
  for (const threshold of [undefined, "999999999999"]) {
    const query = { year, ...(threshold && { threshold }) };
    const { payees, others } = data(await it.GET("/api/v1/reports/payees", { params: { query } }));
    const total = [...payees, ...others].reduce((sum, one) => sum + cents(one.total), 0n);
    const named = payees.length > 0 === (threshold === undefined);
    check(`the payees of at least ${threshold ?? "the usual"} and the others come to what the bank paid`, named && total === paid && paid > 0n);
  }
}

async function checkLock(it: Caller, cooperative: Caller, invoice: Invoice, cursor?: string): Promise<void> {
  const now = new Date();
  const end = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 0)).toISOString().slice(0, 10);
  const [month, open] = [end.slice(0, 7), now.toISOString().slice(0, 7)];
  await pay(cooperative, invoice, "10.00", end, `TS-1-${invoice.reference}`);
  const { found } = await changesOf(it, "payment.recorded", cursor);
  check("the feed goes on from its cursor", found.some((change) => change.type === "payment.recorded"), found.length);
  const lock = () => it.POST("/api/v1/book-periods/{period}/lock", { params: { path: { period: month }, header: keyed() } });
  data(await lock());
  const twice = await lock();
  check("a month is locked once", twice.response.status === 409, twice.error);
  const formats = ["hledger", "beancount", "csv", "gnucash", "ofx"];
  const before = await Promise.all(formats.map((format) => file(it, format, month)));
  const ids = (await entriesOf(it, month)).map((entry) => entry.id);
  await pay(cooperative, invoice, "20.00", end, `TS-2-${invoice.reference}`);
  const late = (await entriesOf(it)).filter((entry) => entry.document === `TS-2-${invoice.reference}`);
  const booked = late.length === 1 && late[0]?.period === open && late[0].document_date === end;
  check("what is dated in it is booked in the open month", booked, late);
  const after = await Promise.all(formats.map((format) => file(it, format, month)));
  check("its files are the same to the byte", ids.length === 1 && before.every((text, at) => text !== "" && text === after[at]));
  const still = (await entriesOf(it, month)).map((entry) => entry.id);
  check("and its entries' ids", JSON.stringify(still) === JSON.stringify(ids), still);
}

const admin = await person(told.admin);
const cooperative = await machine(await person(told.seller), scopes, ["treasurer"]);
const it = await checkAccess(admin);
const { found, after } = await changesOf(it, "invoice.issued");
check(`the feed of ${found.length} changes has the invoice`, found.some((change) => change.type === "invoice.issued"));
const invoice = await checkBooks(it);
await checkMatching(it);
await checkReports(it);
await checkLock(it, cooperative, invoice, after);
