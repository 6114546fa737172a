//! Everybody who tries: of the two sides of a trade and of their network one person for each role, of everybody
//! else one with all roles that their kind of organisation can give.
use crate::support::agreements::Deal;
use crate::support::deliveries::Delivery;
use crate::support::{Client, Org, World};
use governance::{OrganisationKind, Role};

/// Somebody who tries acts.
pub struct Person {
    /// "union buyer": whose, and as what.
    pub name: String,
    pub client: Client,
}

impl Person {
    pub fn new(name: &str, client: Client) -> Self {
        Self {
            name: name.to_owned(),
            client,
        }
    }
}

/// A union and a co-operative that trade, and the people around them.
pub struct Cast<'w> {
    pub world: &'w World,
    pub deal: Deal<'w>,
    pub people: Vec<Person>,
}

/// The roles that an organisation of this kind can give.
fn roles(kind: OrganisationKind) -> Vec<&'static str> {
    let roles = Role::ALL.iter().filter(|role| role.allowed_in(kind));
    roles.map(|role| role.as_str()).collect()
}

/// One person for each role that the organisation can give, by "`whose` role".
fn each_role(org: &Org<'_>, kind: OrganisationKind, whose: &str) -> Vec<Person> {
    let person = |role: &str| {
        let client = if role == "admin" {
            org.admin.clone()
        } else {
            org.member(&[role])
        };
        Person::new(&format!("{whose} {role}"), client)
    };
    roles(kind).into_iter().map(person).collect()
}

/// A person with every role that the organisation can give.
pub fn all_roles(org: &Org<'_>, kind: OrganisationKind) -> Client {
    org.member(&roles(kind))
}

impl<'w> Cast<'w> {
    pub fn of(world: &'w World) -> Self {
        use OrganisationKind::{Community, Cooperative, Network, Union};
        let deal = world.deal_with("9000000");
        let market = &deal.trade.market;
        let mut people = each_role(&market.union, Union, "union");
        people.extend(each_role(&market.cooperative, Cooperative, "cooperative"));
        people.extend(each_role(&market.network, Network, "network"));
        let others = [
            (
                "another union",
                world.union("Sindicato de al lado", "AR"),
                Union,
            ),
            (
                "a community",
                world.community("Barrio Unido", "AR"),
                Community,
            ),
            (
                "another cooperative",
                world.cooperative(&market.network, "Cerámica de al lado", "AR"),
                Cooperative,
            ),
            (
                "another network",
                world.network("Red del Sur", "AR"),
                Network,
            ),
        ];
        for (name, org, kind) in &others {
            people.push(Person::new(name, all_roles(org, *kind)));
        }
        let applicant = world.applicant("union", "Sindicato Nuevo", "AR");
        people.push(Person::new("an applicant", applicant.admin.clone()));
        people.push(Person::new("the operator", world.operator()));
        Self {
            world,
            deal,
            people,
        }
    }

    pub fn buyer(&self) -> &Client {
        &self.deal.trade.market.buyer
    }

    pub fn seller(&self) -> &Client {
        &self.deal.trade.market.seller
    }

    /// The person of this name.
    pub fn person(&self, name: &str) -> &Client {
        let person = self.people.iter().find(|person| person.name == name);
        &person.unwrap_or_else(|| panic!("nobody is {name}")).client
    }

    /// A product with its market that nobody makes yet.
    pub fn product(&self, name: &str) -> String {
        let network = &self.deal.trade.market.network.admin;
        let product = self.world.product(network, name);
        let prices = ["14600", "14850", "15900"];
        self.world.quotes(network, &product, "ARS", &prices);
        product
    }

    /// A purchase order that waits for the co-operative's answer: the paths of its order and of itself.
    pub fn issued(&self, quantity: &str) -> [String; 2] {
        let confirmed = self.deal.trade.confirmed(quantity);
        let issued = confirmed.body["purchase_orders"][0]["id"].as_str().unwrap();
        [
            format!("/api/v1/orders/{}", confirmed.id()),
            format!("/api/v1/purchase-orders/{issued}"),
        ]
    }

    /// The same, accepted.
    pub fn accepted(&self, quantity: &str) -> (String, Delivery<'_, 'w>) {
        let [order, path] = self.issued(quantity);
        let issued = self.seller().get(&path).expect(200);
        self.seller().accept(&issued).expect(200);
        let delivery = Delivery {
            trade: &self.deal.trade,
            path,
            treasurer: self.deal.treasurer.clone(),
            accountant: self.person("union accountant").clone(),
        };
        (order, delivery)
    }
}
