DROP TABLE proofs;
DROP TABLE artworks;
DROP TABLE purchase_order_variants;
DROP TABLE listing_variants;
