//! A union posts a need and gets matches (W3, steps 1 to 4; MA1, MA3, MA5, MA7, PR12, PR19).
mod market;
mod planning;
mod unmet;
mod writing;
