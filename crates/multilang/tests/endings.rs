//! The end of programs: asked, told, made to; none outlives the process that started it.

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use support::{HANG, Plan, Run, chain, python};

fn is_alive(pid: u32) -> bool {
    // a zombie has no command line
    fs::read(Path::new("/proc").join(pid.to_string()).join("cmdline")).is_ok_and(|line| !line.is_empty())
}

fn wait_for_end(pid: u32) {
    let started = Instant::now();
    while is_alive(pid) {
        assert!(started.elapsed() < HANG, "process {pid} goes on");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Pids that the program of `middle` logs.
fn pids(run: &Run, count: usize) -> Vec<u32> {
    let read = || -> Vec<u32> {
        let lines = run.notes.lines.lock().unwrap();
        lines
            .iter()
            .filter_map(|line| line.rsplit_once("pid ")?.1.parse().ok())
            .collect()
    };
    run.until("the pids are told", || read().len() >= count);
    read()
}

const TELL: &str = "import os, sys, signal, time, subprocess\nhandshake()\n
def tell(pid): send({'command': 'log', 'msg': 'pid %d' % pid})
tell(os.getpid())
";

fn start(rest: &str) -> Run {
    Run::start(
        &chain(python(&format!("{TELL}{rest}")), &["x"]),
        &json!({}),
        Plan::default(),
    )
}

#[test]
fn one_that_reads_ends_when_its_stdin_does() {
    let run = start(
        "
signal.signal(signal.SIGTERM, lambda *_: print('got TERM', file=sys.stderr, flush=True))
command()",
    );
    let pid = pids(&run, 1)[0];
    assert!(is_alive(pid));
    let (notes, _) = run.stop();
    assert!(!is_alive(pid));
    assert!(
        !notes
            .lines
            .lock()
            .unwrap()
            .contains(&"middle Info: got TERM".to_owned())
    );
    assert_eq!(
        *notes.errors.lock().unwrap(),
        [] as [String; 0],
        "an ordered end is no error"
    );
}

#[test]
fn one_that_does_not_read_gets_term() {
    let run = start(
        "
def leave(*_):
    print('leaving', file=sys.stderr, flush=True)
    os._exit(0)
signal.signal(signal.SIGTERM, leave)
while True: time.sleep(1)",
    );
    let pid = pids(&run, 1)[0];
    let (notes, _) = run.stop();
    assert!(!is_alive(pid));
    assert!(notes.lines.lock().unwrap().contains(&"middle Info: leaving".to_owned()));
}

#[test]
fn one_that_does_not_listen_is_killed() {
    let run = start(
        "
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True: time.sleep(1)",
    );
    let pid = pids(&run, 1)[0];
    let (notes, _) = run.stop();
    assert!(!is_alive(pid));
    assert!(
        notes
            .lines
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.contains("it was killed"))
    );
}

#[test]
fn one_that_writes_and_writes_ends_too() {
    let run = start(
        "
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True:
    send({'command': 'log', 'msg': 'x' * 100})",
    );
    let pid = pids(&run, 1)[0];
    run.stop();
    assert!(!is_alive(pid));
}

#[test]
fn what_it_started_ends_with_it() {
    let run = start(
        "
child = subprocess.Popen(['sleep', '1000'])
tell(child.pid)
command()",
    );
    let all = pids(&run, 2);
    run.stop();
    all.into_iter().for_each(wait_for_end);
}

#[test]
fn a_wrapper_may_start_the_program() {
    let mut shell = python("bolt(ack)");
    let script = shell["shell"]["arguments"][1].take();
    shell["shell"]["command"] = json!("sh");
    shell["shell"]["arguments"] = json!(["-c", "python3 -c \"$0\"; exit", script]);
    let run = Run::start(
        &chain(shell, &["x"]),
        &json!({}),
        Plan {
            ids: 10,
            ..Plan::default()
        },
    );
    run.finish();
    run.assert_books(10, "middle");
    run.stop();
}

/// Whether this process leaves the descriptor to those that it starts.
fn is_inherited(fd: &str) -> bool {
    let info = fs::read_to_string(format!("/proc/self/fdinfo/{fd}")).unwrap_or_default();
    let flags = info
        .lines()
        .find_map(|line| line.strip_prefix("flags:\t"))
        .unwrap_or("2000000");
    i64::from_str_radix(flags, 8).unwrap() & 0o2_000_000 == 0
}

#[test]
fn it_has_its_own_process_group_no_blocked_signals_and_no_foreign_descriptors() {
    let run = start(
        "
status = open('/proc/self/status').read()
masks = [line.split()[1] for line in status.splitlines() if line.startswith(('SigBlk', 'SigIgn'))]
# Python ignores PIPE and XFSZ by itself; from 32 on they are the C library's own
masks[1] = '%016x' % (int(masks[1], 16) & 0x7fffffff & ~(1 << 12 | 1 << 24))
send({'command': 'log', 'msg': 'group %s masks %s files %s' % (os.getpgid(0) == os.getpid(), masks,
    ' '.join(os.listdir('/proc/self/fd')))})
command()",
    );
    run.until("it tells", || {
        run.notes
            .lines
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.contains("files"))
    });
    let lines = run.notes.lines.lock().unwrap().clone();
    let wanted = "group True masks ['0000000000000000', '0000000000000000'] files ";
    let files = lines
        .iter()
        .find_map(|line| line.split_once(wanted))
        .map(|(_, files)| files);
    let files = files.unwrap_or_else(|| panic!("{lines:?}")).split(' ');
    // those that this process got from the one that started it, and what the listing itself opens
    let foreign = files
        .filter(|fd| !is_inherited(fd) && !["0", "1", "2"].contains(fd))
        .count();
    assert_eq!(foreign, 1, "{lines:?}");
    run.stop();
}

#[test]
fn the_folder_of_pids_goes_with_the_run() {
    let run = start("command()");
    let pid = pids(&run, 1)[0];
    let path = run.host.pids.path().to_owned();
    assert!(path.join(pid.to_string()).exists());
    run.stop();
    assert!(!path.exists());
}

/// Not a test: what the next one starts as another process.
#[test]
fn as_host() {
    if std::env::var_os("REDGALE_TEST_HOST").is_none() {
        return;
    }
    let run = start(
        "
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
while True: time.sleep(1)",
    );
    // not println: the test harness would keep it
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "pid {}", pids(&run, 1)[0]);
    std::thread::sleep(HANG);
}

#[test]
fn no_orphan_is_left_when_the_host_is_killed() {
    let mut host = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "as_host", "--nocapture"])
        .env("REDGALE_TEST_HOST", "1")
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(host.stderr.take().unwrap()).lines();
    let pid = lines
        .find_map(|line| line.ok()?.strip_prefix("pid ")?.parse().ok())
        .unwrap();
    assert!(is_alive(pid));
    host.kill().unwrap();
    host.wait().unwrap();
    wait_for_end(pid);
}
