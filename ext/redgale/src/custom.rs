//! Asks custom groupings, which are Ruby objects.

use rb_sys::VALUE;

use crate::executor::Custom;
use crate::meta::id;
use crate::value::{elements, is_array};

/// Calls `choose_tasks(source_task, values)` of each grouping and stores the ids in `chosen`. Calls Ruby: may jump. Gives the
/// answer that is not an Array of ids of the grouping's tasks.
pub unsafe fn choose(
    customs: &[Custom],
    groupings: VALUE,
    chosen: *mut Vec<Vec<u32>>,
    from: u32,
    row: VALUE,
) -> Result<(), VALUE> {
    unsafe {
        // all are asked before anything is noted: each call may let another thread emit, which asks too
        let answers = rb_sys::rb_ary_new_capa(customs.len() as i64);
        for custom in customs {
            let grouping = rb_sys::rb_ary_entry(groupings, custom.number as i64);
            let arguments = [rb_sys::rb_uint2inum(from as _), row];
            let answer = rb_sys::rb_funcallv(grouping, id("choose_tasks"), 2, arguments.as_ptr());
            let known = |task: &VALUE| {
                rb_sys::FIXNUM_P(*task)
                    && u32::try_from(rb_sys::FIX2LONG(*task)).is_ok_and(|task| custom.tasks.contains(&task))
            };
            if !is_array(answer) || !elements(answer).iter().all(known) {
                return Err(answer);
            }
            // a copy: the grouping may change its Array when it is asked again
            rb_sys::rb_ary_push(answers, rb_sys::rb_ary_dup(answer));
        }
        let chosen = &mut *chosen;
        for (custom, answer) in customs.iter().zip(elements(answers)) {
            if chosen.len() <= custom.number {
                chosen.resize(custom.number + 1, Vec::new());
            }
            let list = &mut chosen[custom.number];
            list.clear();
            list.extend(elements(*answer).iter().map(|task| rb_sys::FIX2LONG(*task) as u32));
        }
        std::hint::black_box(answers);
    }
    Ok(())
}
