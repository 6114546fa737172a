//! What lies inside a PDF.
use hayro_syntax::Pdf;
use hayro_syntax::object::{Name, Object, Stream};

/// The files inside, found by a reader that shares nothing with the writer.
pub fn inside(pdf: Vec<u8>) -> Vec<Vec<u8>> {
    let pdf = Pdf::new(pdf).unwrap();
    let is_file = |stream: &Stream<'_>| {
        let kind = stream.dict().get::<Name<'_>>("Type");
        kind.is_some_and(|kind| kind.as_ref() == b"EmbeddedFile")
    };
    let found = pdf.objects().into_iter().filter_map(|object| match object {
        Object::Stream(stream) if is_file(&stream) => Some(stream.decoded().unwrap().into_owned()),
        _ => None,
    });
    found.collect()
}
