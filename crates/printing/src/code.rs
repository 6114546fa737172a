//! QR codes as pictures.
use qrcode::{Color, EcLevel, QrCode};

/// What a reader needs around it (ISO/IEC 18004): four squares.
const QUIET: usize = 4;

/// A QR code as SVG, a unit a square, with the quiet that it needs around it.
///
/// # Errors
/// [`qrcode::types::QrError`] where it cannot hold that much: 2,331 bytes.
pub(crate) fn picture(says: &str) -> Result<String, qrcode::types::QrError> {
    let code = QrCode::with_error_correction_level(says, EcLevel::M)?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let colors = code.to_colors().into_iter().enumerate();
    let dark = colors.filter(|(_, color)| *color == Color::Dark);
    let squares: Vec<String> = dark
        .map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET))
        .collect();
    let squares = squares.concat();
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\"><path d=\"{squares}\"/></svg>"
    ))
}
