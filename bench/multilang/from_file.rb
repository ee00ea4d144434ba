# frozen_string_literal: true

# ruby from_file.rb TUPLES PYTHON_PATH: split.py reads all it would get from a file, and what it says goes nowhere;
# prints how it went.

require "json"
require "tmpdir"
require_relative "sentences"

tuples = Integer(ARGV.fetch(0))

Dir.mktmpdir("redgale-bench") do |folder|
  report = File.join(folder, "report")
  input = File.join(folder, "input")
  File.open(input, "w") do |file|
    write = ->(message) { file << JSON.generate(message) << "\nend\n" }
    write["pidDir" => folder, "conf" => { "topology.name" => "multilang", "tuples" => tuples, "report" => report },
          "context" => { "taskid" => 3, "componentid" => "split",
                         "task->component" => { "1" => "count_bolt", "2" => "sentence_spout", "3" => "split" },
                         "source->stream->fields" => { "sentence_spout" => { "default" => ["sentence"] } } }]
    1.upto(tuples) do |number|
      write["id" => number.to_s, "comp" => "sentence_spout", "stream" => "default", "task" => 2,
            "tuple" => [Bench::Sentences.sentence(number)]]
    end
  end
  # it ends with 2 when its input does
  system({ "PYTHONPATH" => ARGV.fetch(1) }, "python3", File.join(__dir__, "split.py"),
         in: input, out: File::NULL, err: File::NULL)
  program = JSON.parse(File.read(report))
  puts JSON.generate(seconds: program["seconds"], cpu: program["cpu"], tuples: tuples)
end
