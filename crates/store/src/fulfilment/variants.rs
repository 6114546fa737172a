//! What sizes and colours a purchase order is made in: the buyer says it before the co-operative accepts.
use super::trade::Trade;
use crate::actor::Actor;
use crate::catalogue::{capacity, products, variants};
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result};
use crate::ids::{ProductId, PurchaseOrderId};
use crate::on_each;
use crate::operations::audit;
use crate::orders::purchase_orders::{self, PurchaseOrder};
use crate::orders::{Order, lines, rows};
use crate::schema::purchase_order_variants as cells;
use diesel::prelude::*;
use governance::Role;
use money::Micro;
use ordering::{Axes, Cell, MatrixError, PurchaseOrderState, check_matrix};
use serde_json::{Value, json};

/// A line with what its listing comes in and the matrix that the buyer stated.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// The order's line.
    pub line: i32,
    /// What is made.
    pub product: ProductId,
    /// Units of the line.
    pub quantity: Micro,
    /// What the listing comes in.
    pub axes: Axes,
    /// Units by size and colour; empty where none were stated.
    pub cells: Vec<Cell>,
}

/// The purchase order's lines with their matrices, and its version, for both sides and its branches.
///
/// # Errors
/// [`Code::NotFound`].
pub fn list(conn: &mut Conn, by: &Actor, id: PurchaseOrderId) -> Result<(Vec<Matrix>, i64)> {
    let trade = Trade::seen(conn, by, id)?;
    let version = trade.issued.version;
    Ok((matrices(conn, &trade.order, id)?, version))
}

fn matrices(conn: &mut Conn, order: &Order, id: PurchaseOrderId) -> Result<Vec<Matrix>> {
    let stated: Vec<(i32, String, String, i64)> = cells::table
        .filter(cells::purchase_order_id.eq(id))
        .order((cells::line, cells::size, cells::colour))
        .select((
            cells::line,
            cells::size,
            cells::colour,
            cells::quantity_micro,
        ))
        .load(conn)?;
    let lines = lines::open_of(conn, order, id)?;
    let listings = lines.iter().map(|line| line.listing).collect();
    let comes_in = variants::of_listings(conn, listings)?;
    let mut matrices = Vec::new();
    for line in lines {
        let axes = comes_in.get(&line.listing).cloned().unwrap_or_default();
        let mut own: Vec<Cell> = stated
            .iter()
            .filter(|(of, ..)| *of == line.position)
            .map(|(_, size, colour, quantity)| Cell {
                size: size.clone(),
                colour: colour.clone(),
                quantity: Micro::new(*quantity),
            })
            .collect();
        let place = |axis: &[String], word: &str| axis.iter().position(|known| known == word);
        own.sort_by_key(|cell| {
            (
                place(&axes.sizes, &cell.size),
                place(&axes.colours, &cell.colour),
            )
        });
        matrices.push(Matrix {
            line: line.position,
            product: line.product,
            quantity: line.quantity,
            axes,
            cells: own,
        });
    }
    Ok(matrices)
}

/// The buyer states what sizes and colours a line is made in. It replaces what was stated before.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`] for a line of another, [`Code::WrongState`] once the
/// co-operative has answered, [`Code::InvalidInput`] for a matrix that is not one of the line.
pub fn state(
    conn: &mut Conn,
    by: &Actor,
    (id, version): (PurchaseOrderId, i64),
    line: i32,
    stated: &[Cell],
) -> Result<(Vec<Matrix>, i64)> {
    let trade = Trade::locked(conn, by, id)?;
    trade.require_buyer(by, &[Role::Buyer])?;
    if trade.issued.version != version {
        return Err(Refusal::stale().into());
    }
    trade.require_state(&[PurchaseOrderState::Issued])?;
    let present = matrices(conn, &trade.order, id)?;
    let before = present
        .into_iter()
        .find(|one| one.line == line)
        .or_not_found()?;
    check_matrix(&before.axes, before.quantity, stated).map_err(refused)?;
    let product = products::get(conn, before.product)?;
    if let Some(at) = stated
        .iter()
        .position(|cell| !product.counts(cell.quantity))
    {
        let pointer = format!("/cells/{at}/quantity");
        let refusal = Refusal::new(Code::InvalidInput, capacity::decimals(&product));
        return Err(refusal.at(pointer).into());
    }
    let own = cells::table
        .filter(cells::purchase_order_id.eq(id))
        .filter(cells::line.eq(line));
    diesel::delete(own).execute(conn)?;
    let rows: Vec<_> = stated
        .iter()
        .map(|cell| {
            (
                cells::purchase_order_id.eq(id),
                cells::line.eq(line),
                cells::size.eq(&cell.size),
                cells::colour.eq(&cell.colour),
                cells::quantity_micro.eq(cell.quantity.get()),
            )
        })
        .collect();
    on_each!(conn => diesel::insert_into(cells::table).values(rows).execute(conn))?;
    purchase_orders::save(conn, trade.issued)?;
    audit::change(
        conn,
        by,
        "purchase_order.state_variants",
        id.uuid(),
        Some(&json!({"line": line, "cells": cells_json(&before.cells)})),
        &json!({"line": line, "cells": cells_json(stated)}),
    )?;
    list(conn, by, id)
}

fn refused(error: MatrixError) -> crate::Error {
    let pointer = match &error {
        MatrixError::TooMany | MatrixError::Sum(..) => "/cells".to_owned(),
        MatrixError::Size(at) => format!("/cells/{at}/size"),
        MatrixError::Colour(at) => format!("/cells/{at}/colour"),
        MatrixError::Twice(at) => format!("/cells/{at}"),
        MatrixError::Nothing(at) => format!("/cells/{at}/quantity"),
    };
    Refusal::new(Code::InvalidInput, error.to_string())
        .at(pointer)
        .into()
}

fn cells_json(cells: &[Cell]) -> Value {
    cells
        .iter()
        .map(|cell| {
            json!({
                "size": cell.size, "colour": cell.colour, "quantity": cell.quantity.to_string(),
            })
        })
        .collect()
}

/// A co-operative accepts only what it can cut: each line of a listing with sizes or colours has its matrix.
///
/// # Errors
/// [`Code::VariantsMissing`], naming the first line.
pub(crate) fn require_stated(conn: &mut Conn, issued: &PurchaseOrder) -> Result<()> {
    let order = rows::order(conn, issued.order)?;
    for matrix in matrices(conn, &order, issued.id)? {
        if !matrix.axes.is_empty()
            && check_matrix(&matrix.axes, matrix.quantity, &matrix.cells).is_err()
        {
            let detail = format!(
                "The buyer has not stated in which sizes and colours line {} is made.",
                matrix.line
            );
            return Err(Refusal::new(Code::VariantsMissing, detail).into());
        }
    }
    Ok(())
}
