#![allow(warnings, clippy::all)]
use matching::*;
struct R(u64);
impl R {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E3779B97F4A7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58476D1CE4E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D049BB133111EB);
        z ^ (z >> 31)
    }
    fn r(&mut self, a: i64, b: i64) -> i64 {
        a + (self.next() % ((b - a + 1) as u64)) as i64
    }
    fn p(&mut self, c: &[i64]) -> i64 {
        c[(self.next() % c.len() as u64) as usize]
    }
}
pub fn dense(seed: u64, nl: i64, no: i64, q: i64, ns: i64, np: i64) -> Request {
    let mut g = R(seed);
    let mut lines = vec![];
    let mut tot = vec![0; np as usize];
    for i in 0..nl {
        let p = i % np;
        let qq = g.r(q / 4 + 1, q);
        tot[p as usize] += qq;
        let mut l = Line::new(
            format!("l{i:02}"),
            "u",
            format!("p{p}"),
            qq,
            format!("{}", g.r(0, 3)),
            g.r(0, 3),
        );
        l.priority = g.r(1, 4);
        if g.r(0, 2) == 0 {
            l.max_suppliers = Some(g.r(1, 3));
        }
        if g.r(0, 2) == 0 {
            l.budget = Some(qq * g.r(90, 135));
        }
        if g.r(0, 2) == 0 {
            l.max_unit_price = Some(g.r(110, 150));
        }
        lines.push(l);
    }
    let mut sup = vec![];
    for s in 0..ns {
        let mut x = Supplier::new(format!("s{s}"), g.r(q / 2, q * 2).max(1));
        if g.r(0, 1) == 0 {
            x.capacity = Some(g.r(q, q * 4));
        }
        sup.push(x);
    }
    let mut offers = vec![];
    for o in 0..no {
        let p = o % np;
        let lead = g.p(&[0, 0, 0, 1]);
        let t = tot[p as usize] * g.p(&[70, 120, 180, 250]) / 100 * np / no + 4;
        let cap: Vec<i64> = (0..4).map(|_| (t / 4).max(1)).collect();
        let mut x = Offer::new(
            format!("o{o:02}"),
            format!("s{}", g.r(0, ns - 1)),
            format!("p{p}"),
            cap,
            g.r(85, 120),
        );
        x.lead = lead;
        for r in 0..4 {
            if g.r(0, 9) < 9 {
                x.freight.insert(r.to_string(), g.r(0, 20));
                x.transit.insert(r.to_string(), g.p(&[0, 0, 1]));
            }
        }
        x.minimum = t * g.p(&[0, 0, 20, 40, 60]) / 100;
        x.lot = g.p(&[1, 1, 2, 3, 5]);
        x.work = g.p(&[1, 1, 2, 3]);
        if g.r(0, 1) == 0 {
            x.breaks = vec![
                Break {
                    quantity: t * g.p(&[30, 50]) / 100,
                    unit_price: x.unit_price * 95 / 100,
                },
                Break {
                    quantity: t * g.p(&[60, 80]) / 100,
                    unit_price: x.unit_price * 90 / 100,
                },
            ];
        }
        offers.push(x);
    }
    Request {
        lines,
        suppliers: sup,
        offers,
        rules: Rules {
            tiers: 10,
            holding: g.r(0, 1),
            seed: 1,
        },
    }
}
fn main() {
    let a: Vec<i64> = std::env::args()
        .skip(1)
        .map(|x| x.parse().unwrap())
        .collect();
    let mut b = 0;
    let mut times = vec![];
    for i in 0..a[5] {
        if let Some(&o) = a.get(6) {
            if i != o {
                continue;
            }
        }
        let r = dense(i as u64, a[0], a[1], a[2], a[3], a[4]);
        if a.len() > 6 {
            std::fs::write("/tmp/round.json", serde_json::to_string(&r).unwrap()).unwrap();
        }
        let t = std::time::Instant::now();
        let p = plan(&r).unwrap();
        let e = t.elapsed();
        times.push((e, i));
        if let Err(v) = check(&r, &p) {
            println!("BAD {i} {v:?}");
        }
        if p.status != Status::Optimal {
            b += 1;
            println!(
                "bounded {i} {:?} {:?} {:?}",
                e,
                p.objective,
                p.bound.unwrap()
            );
        }
    }
    times.sort();
    let s: std::time::Duration = times.iter().map(|x| x.0).sum();
    println!(
        "bounded {b} of {}; total {s:?}; worst {:?}",
        times.len(),
        times.iter().rev().take(8).collect::<Vec<_>>()
    );
}
