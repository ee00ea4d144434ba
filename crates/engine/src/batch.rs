//! What travels through a queue: many tuples for one executor.

use std::sync::Arc;

use redgale_codec::Value;

use crate::anchor::{Anchor, Anchors, Root};

/// Most tuples a batch holds before it is handed on (architecture: "at most 1,024 tuples or 1 ms").
pub const BATCH_TUPLES: usize = 1_024;

/// Known bytes a batch holds before it is handed on, so that an executor that emits large values waits for room as soon as
/// one that emits many.
pub const BATCH_BYTES: usize = 1 << 20;

/// Values of one tuple on the native lane. Shared, because one emit may go to several tasks.
pub type Row = Arc<[Value]>;

/// Everything the engine knows of one tuple. 32 bytes: a full batch of headers stays within the second-level cache.
#[derive(Clone, Copy, Debug)]
pub struct Header {
    address: u64,
    edge: u64,
    generation: u32,
    /// Position of the destination task within its executor.
    pub to: u32,
    /// Task id of the emitting task.
    pub from: u32,
    /// Plan-wide number of the stream.
    pub stream: u32,
}

/// `generation` of a header whose edges lie in [`Batch::several`], at index `address`.
const SEVERAL: u32 = u32::MAX;

/// Values of a batch, in the form of the lane it travels on.
#[derive(Debug)]
pub enum Payload {
    /// Rust values.
    Native(Vec<Row>),
    /// Values of the host language: a token only the host understands (for Ruby: which rooted Array). It owns nothing;
    /// the host frees what it stands for when it takes the batch or ends the run.
    Host(u64),
}

/// Tuples on their way to one executor, in emit order.
#[derive(Debug)]
pub struct Batch {
    /// One per tuple.
    pub headers: Vec<Header>,
    /// Edges of the tuples that have more than one.
    pub several: Vec<Box<[Anchor]>>,
    /// One row per header.
    pub payload: Payload,
    /// Bytes of the values, where they are known (top-level strings, encoded values).
    pub bytes: usize,
}

impl Batch {
    /// Number of tuples.
    pub fn len(&self) -> usize {
        self.headers.len()
    }

    /// Whether it carries nothing.
    pub fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    /// The edges that tuple `index` hangs on.
    #[inline]
    pub fn anchors(&self, index: usize) -> Anchors<'_> {
        let header = &self.headers[index];
        match header.generation {
            0 => Anchors::None,
            SEVERAL => Anchors::Many(&self.several[header.address as usize]),
            generation => Anchors::One(Anchor {
                root: Root {
                    address: header.address,
                    generation,
                },
                edge: header.edge,
            }),
        }
    }
}

/// The values of a batch under construction; one implementation per lane.
pub trait Rows {
    /// The values of one tuple.
    type Value: Clone;
    /// Appends a tuple's values.
    fn push(&mut self, value: Self::Value);
    /// Takes everything pushed so far as a payload and starts anew.
    fn seal(&mut self) -> Payload;
    /// Frees what a payload of [`Rows::seal`] stands for: nobody will take it.
    fn discard(&mut self, payload: Payload);
}

/// [`Rows`] of executors written in Rust.
#[derive(Debug, Default)]
pub struct NativeRows(Vec<Row>);

impl Rows for NativeRows {
    type Value = Row;

    fn push(&mut self, value: Row) {
        self.0.push(value);
    }

    fn seal(&mut self) -> Payload {
        Payload::Native(std::mem::take(&mut self.0))
    }

    fn discard(&mut self, _: Payload) {}
}

/// A batch under construction for one destination.
#[derive(Debug)]
pub struct OpenBatch<R> {
    headers: Vec<Header>,
    several: Vec<Box<[Anchor]>>,
    rows: R,
    bytes: usize,
}

impl<R: Rows> OpenBatch<R> {
    /// An empty batch over `rows`.
    pub fn new(rows: R) -> Self {
        OpenBatch {
            headers: Vec::new(),
            several: Vec::new(),
            rows,
            bytes: 0,
        }
    }

    /// Number of tuples so far.
    #[inline]
    pub fn len(&self) -> usize {
        self.headers.len()
    }

    /// Whether nothing was pushed since the last seal.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    /// Appends a tuple with at most one edge ([`Root::UNTRACKED`]: none).
    #[inline]
    pub fn push(&mut self, value: R::Value, bytes: usize, anchor: Anchor, to: u32, from: u32, stream: u32) {
        // rows first: should the host run out of memory here, headers and rows still match
        self.rows.push(value);
        let Anchor {
            root: Root { address, generation },
            edge,
        } = anchor;
        self.headers.push(Header {
            address,
            edge,
            generation,
            to,
            from,
            stream,
        });
        self.bytes += bytes;
    }

    /// Appends a tuple with several edges.
    pub fn push_several(
        &mut self,
        value: R::Value,
        bytes: usize,
        anchors: Box<[Anchor]>,
        to: u32,
        from: u32,
        stream: u32,
    ) {
        let root = Root {
            address: self.several.len() as u64,
            generation: SEVERAL,
        };
        self.push(value, bytes, Anchor { root, edge: 0 }, to, from, stream);
        self.several.push(anchors);
    }

    /// Frees the payload of a sealed batch that nobody takes.
    pub fn discard(&mut self, payload: Payload) {
        self.rows.discard(payload);
    }

    /// Bytes of the values pushed since the last seal, where they are known.
    #[inline]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes what was pushed so far.
    pub fn seal(&mut self) -> Batch {
        let capacity = self.headers.len();
        Batch {
            headers: std::mem::replace(&mut self.headers, Vec::with_capacity(capacity)),
            several: std::mem::take(&mut self.several),
            payload: self.rows.seal(),
            bytes: std::mem::take(&mut self.bytes),
        }
    }
}
