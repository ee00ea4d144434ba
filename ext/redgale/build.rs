//! Passes on the link arguments of Ruby (they do not propagate from rb-sys) and gives `cfg(ruby_gte_3_3)` and its like.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    rb_sys_env::activate()?;
    Ok(())
}
