//! Orders that a buyer's own program writes as UBL: the same order as by a proposal, or nothing and why.
use crate::support::governance::today;
use crate::support::orders::Trade;
use crate::support::{Response, on_each_database};
use chrono::Days;
use serde_json::{Value, json};

const ORDERS: &str = "/api/v1/orders";

/// The union's order of tiles, as its program writes it.
struct Paper {
    number: &'static str,
    buyer: String,
    seller: String,
    product: String,
    quantity: &'static str,
    unit: &'static str,
    region: &'static str,
    /// Further elements of the order, of its line.
    of_order: String,
    of_line: String,
}

impl Paper {
    fn of(trade: &Trade<'_>) -> Self {
        let tax_id = |organisation: &str| {
            let path = format!("/api/v1/organisations/{organisation}");
            let found = trade.market.buyer.get(&path).expect(200);
            found.body["tax_id"].as_str().unwrap().to_owned()
        };
        let seller = trade.market.cooperative.admin.get(&format!(
            "/api/v1/organisations/{}",
            trade.market.cooperative.id
        ));
        let seller = seller.expect(200).body["tax_id"]
            .as_str()
            .unwrap()
            .to_owned();
        Self {
            number: "OC-4711",
            buyer: tax_id(&trade.market.union.id),
            seller,
            product: trade.market.product.clone(),
            quantity: "100",
            unit: "C62",
            region: "AR-B",
            of_order: String::new(),
            of_line: String::new(),
        }
    }

    fn xml(&self) -> String {
        let party = |role: &str, id: &str| {
            format!(
                "<{role}><Party><PartyTaxScheme><CompanyID>{id}</CompanyID></PartyTaxScheme></Party></{role}>"
            )
        };
        let Self {
            number,
            product,
            quantity,
            unit,
            region,
            of_order,
            of_line,
            ..
        } = self;
        let (buyer, seller) = (
            party("BuyerCustomerParty", &self.buyer),
            party("SellerSupplierParty", &self.seller),
        );
        let day = today() + Days::new(80);
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2">
  <ID>{number}</ID><IssueDate>2026-11-22</IssueDate><DocumentCurrencyCode>ARS</DocumentCurrencyCode>
  {buyer}{seller}
  <Delivery><DeliveryLocation><Address><StreetName>Av. Mitre 10</StreetName>
    <CountrySubentity>{region}</CountrySubentity><Country><IdentificationCode>AR</IdentificationCode></Country>
  </Address></DeliveryLocation>
  <RequestedDeliveryPeriod><EndDate>{day}</EndDate></RequestedDeliveryPeriod></Delivery>
  {of_order}
  <OrderLine><LineItem><ID>1</ID><Quantity unitCode="{unit}">{quantity}</Quantity>{of_line}
    <Item><Name>Glazed, white</Name>
      <SellersItemIdentification><ID>{product}</ID></SellersItemIdentification></Item>
  </LineItem></OrderLine>
</Order>"#
        )
    }

    fn send(&self, trade: &Trade<'_>) -> Response {
        let buyer = &trade.market.buyer;
        buyer.post_text(ORDERS, "application/xml", &self.xml())
    }
}

/// What an order is of, without ids and times.
fn said(order: &Value) -> Vec<Value> {
    let lines = order["lines"].as_array().unwrap();
    let mut said = vec![order["totals"].clone(), order["currency"].clone()];
    for line in lines {
        let mut line = line.clone();
        line.as_object_mut().unwrap().remove("id");
        said.push(line);
    }
    said
}

#[test]
fn a_document_becomes_the_order_that_its_json_twin_becomes() {
    on_each_database(|world| {
        let trade = world.trade();
        let buyer = &trade.market.buyer;
        let placed = Paper::of(&trade).send(&trade).expect(201);
        assert_eq!(
            placed.headers["location"],
            format!("{ORDERS}/{}", placed.id())
        );
        let twin = trade.draft("100");
        assert_eq!(said(&placed.body), said(&twin.body));
        assert_eq!(placed.body["status"], "draft");
        assert_eq!(trade.reserved(&trade.listing), 200);
        let need = placed.body["need_id"].as_str().unwrap();
        let need = buyer.get(&format!("/api/v1/needs/{need}")).expect(200);
        assert_eq!(need.body["external_reference"], "OC-4711");
        assert_eq!(need.body["status"], "ordered");
        assert_eq!(
            need.body["lines"][0]["specification"],
            "Glazed, white; Deliver to: Av. Mitre 10"
        );

        // Its number is taken, and says by what.
        let again = Paper::of(&trade).send(&trade).refused(409, "duplicate");
        let detail = again.body["detail"].as_str().unwrap();
        assert!(
            detail.contains(&format!("{ORDERS}/{}", placed.id())),
            "{detail}"
        );
        // The same request again is the same answer.
        let keyed = buyer.with_key("oc-4712");
        let other = Paper {
            number: "OC-4712",
            ..Paper::of(&trade)
        };
        let send = || keyed.post_text(ORDERS, "text/xml", &other.xml());
        assert_eq!(send().expect(201).id(), send().expect(201).id());
    });
}

#[test]
fn what_a_purchase_order_says_of_its_products_is_understood() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let (_, xml) = delivery
            .accountant
            .download_as(&delivery.path, "application/xml");
        let written = accounting::ubl::read_order(&xml).unwrap();
        assert_eq!(
            written.lines[0].seller_item.as_ref(),
            Some(&trade.market.product)
        );
        let unit_price = written.lines[0].price.unwrap().amount;
        let expected = Paper {
            of_line: format!(
                "<Price><PriceAmount currencyID=\"ARS\">{unit_price}</PriceAmount></Price>"
            ),
            ..Paper::of(&trade)
        };
        expected.send(&trade).expect(201);
    });
}

#[test]
fn what_cannot_be_taken_over_is_named_and_nothing_is_written() {
    on_each_database(|world| {
        let trade = world.trade();
        let paper = || Paper::of(&trade);
        let amount =
            |name: &str, amount: &str| format!("<{name} currencyID=\"ARS\">{amount}</{name}>");
        let of_line = |xml: String| Paper {
            of_line: xml,
            ..paper()
        };
        let of_order = |xml: String| Paper {
            of_order: xml,
            ..paper()
        };
        let line = "/Order/OrderLine[1]/LineItem";
        let stranger = trade.market.network.id.clone();
        for (paper, place) in [
            (
                Paper {
                    buyer: paper().seller,
                    ..paper()
                },
                "/Order/BuyerCustomerParty/Party".to_owned(),
            ),
            (
                Paper {
                    seller: paper().buyer,
                    ..paper()
                },
                "/Order/SellerSupplierParty/Party".to_owned(),
            ),
            (
                Paper {
                    unit: "MTK",
                    ..paper()
                },
                format!("{line}/Quantity/@unitCode"),
            ),
            (
                Paper {
                    quantity: "900000",
                    ..paper()
                },
                format!("{line}/Quantity"),
            ),
            (
                Paper {
                    product: stranger,
                    ..paper()
                },
                format!("{line}/Item/SellersItemIdentification/ID"),
            ),
            (
                Paper {
                    region: "Buenos Aires",
                    ..paper()
                },
                "/Order/Delivery/DeliveryLocation/Address/CountrySubentity".to_owned(),
            ),
            (
                of_line(format!("<Price>{}</Price>", amount("PriceAmount", "1.00"))),
                format!("{line}/Price/PriceAmount"),
            ),
            (
                of_line(amount("LineExtensionAmount", "1.00")),
                format!("{line}/LineExtensionAmount"),
            ),
            (
                of_line("<Delivery/>".to_owned()),
                "/Order/OrderLine[1]/LineItem[1]/Delivery".to_owned(),
            ),
            (
                of_order(format!(
                    "<AnticipatedMonetaryTotal>{}</AnticipatedMonetaryTotal>",
                    amount("PayableAmount", "1.00")
                )),
                "/Order/AnticipatedMonetaryTotal/PayableAmount".to_owned(),
            ),
            (
                of_order("<Contract><ID>A-1</ID></Contract>".to_owned()),
                "/Order/Contract".to_owned(),
            ),
            (
                of_order("<AllowanceCharge/>".to_owned()),
                "/Order/AllowanceCharge".to_owned(),
            ),
        ] {
            let refused = paper.send(&trade).refused(422, "document_refused");
            assert_eq!(refused.pointers(), [place.as_str()], "{:#}", refused.body);
        }
        let buyer = &trade.market.buyer;
        assert_eq!(buyer.get(ORDERS).expect(200).body["items"], json!([]));
        assert_eq!(
            buyer.get("/api/v1/needs").expect(200).body["items"],
            json!([])
        );
        assert_eq!(trade.reserved(&trade.listing), 0);

        let past = paper()
            .xml()
            .replace(&(today() + Days::new(80)).to_string(), "2020-01-01");
        let past = buyer.post_text(ORDERS, "application/xml", &past);
        let past = past.refused(400, "invalid_input");
        assert_eq!(past.pointers(), ["/Order/Delivery/RequestedDeliveryPeriod"]);
        let entity = paper()
            .xml()
            .replace("<Order ", "<!DOCTYPE Order [<!ENTITY x \"y\">]><Order ");
        for broken in [entity, "<Order/>".to_owned(), "no XML".to_owned()] {
            buyer
                .post_text(ORDERS, "application/xml", &broken)
                .refused(400, "invalid_input");
        }
        let approver = &trade.approvers[0];
        approver
            .post_text(ORDERS, "application/xml", &paper().xml())
            .refused(403, "forbidden");
    });
}
