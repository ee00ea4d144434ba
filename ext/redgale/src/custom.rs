//! Asks custom groupings, which are Ruby objects.

use rb_sys::VALUE;

use crate::meta::id;
use crate::value::{elements, is_array};

/// Calls `choose_tasks(source_task, values)` of each grouping in `numbers` and stores the ids in `chosen`. Calls Ruby: may
/// jump. Gives the answer that is not an Array of Integers.
pub unsafe fn choose(
    numbers: &[usize],
    groupings: VALUE,
    chosen: &mut Vec<Vec<u32>>,
    from: u32,
    row: VALUE,
) -> Result<(), VALUE> {
    for &number in numbers {
        unsafe {
            let grouping = rb_sys::rb_ary_entry(groupings, number as i64);
            let arguments = [rb_sys::rb_uint2inum(from as _), row];
            let answer = rb_sys::rb_funcallv(grouping, id("choose_tasks"), 2, arguments.as_ptr());
            if !is_array(answer) || elements(answer).iter().any(|task| !rb_sys::FIXNUM_P(*task)) {
                return Err(answer);
            }
            if chosen.len() <= number {
                chosen.resize(number + 1, Vec::new());
            }
            let list = &mut chosen[number];
            list.clear();
            list.extend(elements(answer).iter().map(|task| rb_sys::FIX2LONG(*task) as u32));
        }
    }
    Ok(())
}
