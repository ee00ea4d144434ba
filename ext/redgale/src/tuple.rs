//! `Redgale::Tuple`: what a bolt gets. Immutable, and valid for as long as somebody keeps it.
//!
//! A tuple object is a Ruby T_DATA whose pointer leads to a 64-byte [`Entry`] in a 4 KiB page; a page is used again when the
//! last of its tuples was collected. So making a tuple costs one object and no malloc (Struct.new: 78 ns; this: about 30).
//! The pages are only touched with the VM lock held: by the executors and by the GC.

use std::alloc::{Layout, alloc, handle_alloc_error};
use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::sync::Arc;

use magnus::value::ReprValue;
use magnus::{Class, Error, Module, RClass, Ruby, Value, method};
use rb_sys::{VALUE, rb_data_type_struct__bindgen_ty_1, rb_data_type_t, rb_data_typed_object_wrap, rb_gc_mark};
use redgale_engine::anchor::{Anchor, Anchors, Root};

use crate::errors;
use crate::meta::StreamMeta;
use crate::value::{FALSE, elements, is_string};

/// What a tuple's handler may still do with it. Open -> Acked | Failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    /// Neither acked nor failed.
    Open,
    /// Acked.
    Acked,
    /// Failed.
    Failed,
}

/// The tuple behind the object. Exactly 64 bytes.
#[derive(Debug)]
#[repr(C)]
pub struct Entry {
    /// Array of the values, frozen.
    pub row: VALUE,
    /// Where it comes from. Kept alive by the page.
    pub meta: *const StreamMeta,
    address: u64,
    edge: u64,
    /// XOR of the edges emitted from it while it is open.
    pub out: u64,
    several: *mut Vec<Anchor>,
    generation: u32,
    /// Task that emitted it.
    pub from: u32,
    /// Executor that got it, unique in the process.
    pub executor: u32,
    /// Acked or failed already.
    pub status: Status,
    /// Whether its process latency is taken.
    pub sampled: bool,
    /// Whether the component decides about it by hand, whatever its handler returns.
    pub held: bool,
    /// Which Strings that are read are copies, which the reader may change.
    pub fresh: Fresh,
}

/// Which Strings are copied when they are read from a tuple.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Fresh {
    /// None: whoever reads one gets what was emitted.
    No,
    /// Those that are frozen: nobody else may hold the others.
    Frozen,
    /// All.
    All,
}

const _: () = assert!(size_of::<Entry>() == 64);

impl Entry {
    /// An entry that belongs to no object.
    pub fn new(row: VALUE, meta: *const StreamMeta, anchors: Anchors<'_>, from: u32, executor: u32) -> Self {
        let none = Anchor {
            root: Root::UNTRACKED,
            edge: 0,
        };
        let (anchor, several) = match anchors {
            Anchors::None => (none, std::ptr::null_mut()),
            Anchors::One(anchor) => (anchor, std::ptr::null_mut()),
            Anchors::Many(list) => (none, Box::into_raw(Box::new(list.to_vec()))),
        };
        let Anchor {
            root: Root { address, generation },
            edge,
        } = anchor;
        Entry {
            row,
            meta,
            address,
            edge,
            out: 0,
            several,
            generation,
            from,
            executor,
            status: Status::Open,
            sampled: false,
            held: false,
            fresh: Fresh::No,
        }
    }

    /// Its only root, if it has no more than one.
    #[inline]
    pub fn single(&self) -> Option<Root> {
        self.several.is_null().then_some(Root {
            address: self.address,
            generation: self.generation,
        })
    }

    /// The edges it hangs on.
    #[inline]
    pub fn anchors(&self) -> Anchors<'_> {
        if !self.several.is_null() {
            // SAFETY: made by Box::into_raw in `new`, freed only with the entry.
            return Anchors::Many(unsafe { &*self.several });
        }
        match self.generation {
            0 => Anchors::None,
            generation => Anchors::One(Anchor {
                root: Root {
                    address: self.address,
                    generation,
                },
                edge: self.edge,
            }),
        }
    }

    /// Frees what the entry owns beside itself.
    pub fn clear(&mut self) {
        if !self.several.is_null() {
            // SAFETY: made by Box::into_raw in `new`; set to null so that it is freed once.
            drop(unsafe { Box::from_raw(self.several) });
            self.several = std::ptr::null_mut();
        }
    }
}

/// A tuple that is kept keeps its page: at worst 4 KiB and its values for each. Pages of 1 KiB cost 5 % of a word count.
const PAGE: usize = 4_096;
const PER_PAGE: usize = PAGE / size_of::<Entry>() - 1;

/// First 64 bytes of a page.
#[repr(C)]
struct PageHeader {
    /// Entries in use, plus one while the page is being filled.
    live: usize,
    /// Streams of its entries (all of one run): keeps what [`Entry::meta`] points to.
    metas: Option<Arc<Vec<StreamMeta>>>,
}

/// Pages that are free.
struct Pool(UnsafeCell<Vec<*mut PageHeader>>);

// SAFETY: only touched with the VM lock held.
unsafe impl Sync for Pool {}

static POOL: Pool = Pool(UnsafeCell::new(Vec::new()));

/// Hands out entries for one executor, page after page.
#[derive(Debug)]
pub struct Pages {
    page: *mut u8,
    used: usize,
    metas: Arc<Vec<StreamMeta>>,
}

impl Pages {
    /// Entries that may refer to `metas`.
    pub fn new(metas: Arc<Vec<StreamMeta>>) -> Self {
        Pages {
            page: std::ptr::null_mut(),
            used: PER_PAGE,
            metas,
        }
    }

    /// Stores an entry and makes its object. Needs the VM lock; may start a GC, so `entry.row` must be reachable otherwise.
    /// Raises NoMemoryError by a jump: call it under rb_protect.
    #[inline]
    pub unsafe fn tuple(&mut self, class: VALUE, entry: Entry) -> (VALUE, *mut Entry) {
        if self.used == PER_PAGE {
            self.next_page();
        }
        self.used += 1;
        // SAFETY: the page is ours until it is full; entry `used` was not handed out since the page was taken.
        unsafe {
            let place = self.page.cast::<Entry>().add(self.used);
            place.write(entry);
            (*self.page.cast::<PageHeader>()).live += 1;
            (rb_data_typed_object_wrap(class, place.cast(), &*TUPLE_TYPE), place)
        }
    }

    #[cold]
    fn next_page(&mut self) {
        self.retire();
        // SAFETY: VM lock for the pool; the layout is not empty; a page holds a header and PER_PAGE entries.
        unsafe {
            let page = (*POOL.0.get()).pop().unwrap_or_else(|| {
                let layout = Layout::from_size_align_unchecked(PAGE, PAGE);
                let page = alloc(layout);
                if page.is_null() {
                    handle_alloc_error(layout);
                }
                page.cast()
            });
            page.write(PageHeader {
                live: 1,
                metas: Some(Arc::clone(&self.metas)),
            });
            self.page = page.cast();
        }
        self.used = 0;
    }

    fn retire(&mut self) {
        if !self.page.is_null() {
            // SAFETY: gives up the count that `next_page` took.
            unsafe { release(self.page.cast()) };
            self.page = std::ptr::null_mut();
            self.used = PER_PAGE;
        }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.retire();
    }
}

/// Takes one off the count of a page; the last one returns it to the pool. Needs the VM lock.
unsafe fn release(page: *mut PageHeader) {
    unsafe {
        (*page).live -= 1;
        if (*page).live == 0 {
            (*page).metas = None;
            (*POOL.0.get()).push(page);
        }
    }
}

unsafe extern "C" fn mark(entry: *mut c_void) {
    // SAFETY: the GC calls it with the pointer of a live tuple.
    unsafe { rb_gc_mark((*entry.cast::<Entry>()).row) };
}

unsafe extern "C" fn free(entry: *mut c_void) {
    // SAFETY: the GC calls it once for each dead tuple; the page's header starts at the page's address.
    unsafe {
        (*entry.cast::<Entry>()).clear();
        release((entry as usize & !(PAGE - 1)) as *mut PageHeader);
    }
}

unsafe extern "C" fn size(_: *const c_void) -> rb_sys::size_t {
    size_of::<Entry>() as rb_sys::size_t
}

/// A static `rb_data_type_t`; it has raw pointers, but is never written.
#[repr(transparent)]
struct DataType(rb_data_type_t);

// SAFETY: immutable.
unsafe impl Sync for DataType {}

impl std::ops::Deref for DataType {
    type Target = rb_data_type_t;

    fn deref(&self) -> &rb_data_type_t {
        &self.0
    }
}

/// Write-barrier-protected: `row` is set before the object exists and never changes.
static TUPLE_TYPE: DataType = DataType(rb_data_type_t {
    wrap_struct_name: c"Redgale::Tuple".as_ptr(),
    function: rb_data_type_struct__bindgen_ty_1 {
        dmark: Some(mark),
        dfree: Some(free),
        dsize: Some(size),
        dcompact: None,
        reserved: [std::ptr::null_mut(); 1],
    },
    parent: std::ptr::null(),
    data: std::ptr::null_mut(),
    flags: (rb_sys::rbimpl_typeddata_flags::RUBY_TYPED_FREE_IMMEDIATELY as VALUE)
        | (rb_sys::rbimpl_typeddata_flags::RUBY_TYPED_WB_PROTECTED as VALUE),
});

/// The entry of a tuple object, or None if `value` is something else.
#[inline]
pub fn entry(value: VALUE) -> Option<*mut Entry> {
    // SAFETY: RTYPEDDATA_P and the type pointer are checked before the data is touched.
    unsafe {
        if rb_sys::rb_typeddata_is_kind_of(value, &*TUPLE_TYPE) == 0 {
            return None;
        }
        Some(rb_sys::RTYPEDDATA_GET_DATA(value).cast())
    }
}

/// The entry of `self` in a method of Redgale::Tuple.
fn own<'a>(tuple: VALUE) -> &'a Entry {
    // SAFETY: the methods are defined on the class alone, whose only instances are made in `Pages::tuple` (no allocator).
    unsafe { &*rb_sys::RTYPEDDATA_GET_DATA(tuple).cast::<Entry>() }
}

unsafe extern "C" fn index(tuple: VALUE, key: VALUE) -> VALUE {
    let entry = own(tuple);
    // SAFETY: VM lock; the row is alive as the tuple is.
    let values = unsafe { elements(entry.row) };
    // SAFETY: the page keeps the metas of its entries.
    let meta = unsafe { &*entry.meta };
    let give = |value: VALUE| {
        // SAFETY: VM lock; the value is alive as its row is.
        let copy = match entry.fresh {
            Fresh::No => false,
            Fresh::Frozen => unsafe { is_string(value) && rb_sys::rb_obj_frozen_p(value) != FALSE },
            Fresh::All => unsafe { is_string(value) },
        };
        if copy {
            unsafe { rb_sys::rb_str_dup(value) }
        } else {
            value
        }
    };
    if let Some(position) = meta.symbols.iter().position(|symbol| *symbol == key) {
        return give(values[position]);
    }
    if rb_sys::FIXNUM_P(key) {
        let position = unsafe { rb_sys::FIX2LONG(key) };
        let position = if position < 0 {
            position + values.len() as i64
        } else {
            position
        };
        if let Some(value) = usize::try_from(position).ok().and_then(|position| values.get(position)) {
            return give(*value);
        }
    } else if unsafe { is_string(key) } {
        let name = unsafe { crate::value::bytes(key) };
        if let Some(position) = meta.fields.iter().position(|field| field.as_bytes() == name) {
            return give(values[position]);
        }
    }
    // a method, so that a subclass may answer otherwise
    unsafe { rb_sys::rb_funcallv(tuple, crate::meta::id("unknown_field"), 1, &key) }
}

unsafe extern "C" fn unknown_field(tuple: VALUE, key: VALUE) -> VALUE {
    let entry = own(tuple);
    // SAFETY: as in `index`.
    let (meta, values) = unsafe { (&*entry.meta, elements(entry.row).len()) };
    errors::raise_unknown_field(meta, key, values)
}

unsafe extern "C" fn values(tuple: VALUE) -> VALUE {
    own(tuple).row
}

fn meta(tuple: Value) -> &'static StreamMeta {
    // SAFETY: as in `index`; the reference does not leave the method that asked for it.
    unsafe { &*own(rb_sys_value(tuple)).meta }
}

fn rb_sys_value(value: Value) -> VALUE {
    use magnus::rb_sys::AsRawValue;
    value.as_raw()
}

fn fields(ruby: &Ruby, tuple: Value) -> Value {
    ruby.ary_from_iter(meta(tuple).fields.iter().map(|field| ruby.to_symbol(field)))
        .as_value()
}

fn component(tuple: Value) -> &'static str {
    &meta(tuple).component
}

fn stream(ruby: &Ruby, tuple: Value) -> Value {
    ruby.to_symbol(&meta(tuple).stream).as_value()
}

fn task(tuple: Value) -> u32 {
    own(rb_sys_value(tuple)).from
}

type Method1 = unsafe extern "C" fn(VALUE, VALUE) -> VALUE;
type Method0 = unsafe extern "C" fn(VALUE) -> VALUE;
type AnyMethod = unsafe extern "C" fn() -> VALUE;

/// Defines `Redgale::Tuple`.
///
/// # Errors
/// What Ruby raises.
pub fn init(ruby: &Ruby) -> Result<(), Error> {
    let class: RClass = crate::module(ruby)?.define_class("Tuple", ruby.class_object())?;
    class.undef_default_alloc_func();
    // SAFETY: the functions have the arity they are defined with. They are defined without magnus because they are the
    // hottest methods of all; neither has anything to drop when it raises.
    unsafe {
        use magnus::rb_sys::AsRawValue;
        let raw = class.as_raw();
        let index = std::mem::transmute::<Method1, AnyMethod>(index);
        let values = std::mem::transmute::<Method0, AnyMethod>(values);
        rb_sys::rb_define_method(raw, c"[]".as_ptr(), Some(index), 1);
        rb_sys::rb_define_method(raw, c"values".as_ptr(), Some(values), 0);
        let unknown_field = std::mem::transmute::<Method1, AnyMethod>(unknown_field);
        rb_sys::rb_define_private_method(raw, c"unknown_field".as_ptr(), Some(unknown_field), 1);
    }
    class.define_method("fields", method!(fields, 0))?;
    class.define_method("component", method!(component, 0))?;
    class.define_method("stream", method!(stream, 0))?;
    class.define_method("task", method!(task, 0))?;
    Ok(())
}
