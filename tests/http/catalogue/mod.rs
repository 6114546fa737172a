//! W1's last steps and W2's prices: products, market evidence, workplaces, listings, and what they cost.
mod capacity;
mod imports;
mod listings;
mod prices;
mod products;
mod simulations;
mod visibility;
