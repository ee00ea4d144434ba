# frozen_string_literal: true

require "support/red_storm_file"

RSpec.describe "A RedStorm topology outside of the launcher" do
  include RedStormFile

  it "is started by its own method, from a program" do
    result = ruby(endless("on_submit { |env| sleep 0.3; cluster.shutdown; puts 'over' }") \
                  .concat("NumbersTopology.new.start(:local)\nputs 'end'\n"), timeout: 30)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to eq("1\n2\n3\nclosed\nover\nend\n")
  end

  it "and from -e, whose classes have no file" do
    result = SpecProcess.ruby("-e", endless("on_submit { |env| sleep 0.3; cluster.shutdown }") \
                              .concat("NumbersTopology.new.start(:local)\np Numbers.base_class_path\n"), timeout: 30)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to eq("1\n2\n3\nclosed\nnil\n")
  end

  it "and from irb" do
    in_folder("session.rb" => endless("on_submit { |env| sleep 0.3; cluster.shutdown }") \
                              .concat("NumbersTopology.new.start(:local)\n")) do |folder|
      irb = "ARGV.replace(['--noreadline', '--nocolorize', '-f']); require 'irb'; " \
            "$stdin.reopen('session.rb'); IRB.start"
      result = SpecProcess.ruby("-e", irb, chdir: folder, timeout: 30)

      expect(result.exitstatus).to eq(0), result.to_s
      expect(result.stdout).to match(/^1\n2\n3\nclosed$/)
    end
  end

  it "keeps the process, as a JVM does, until it is interrupted" do
    result = ruby(endless.concat("NumbersTopology.new.start(:local)\nputs 'end'\n"), timeout: 30) do |process|
      process.wait_for(/^3$/)
      process.signal("INT")
    end

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout.lines.map(&:chomp)).to match_array(%w[1 2 3 end closed])
  end

  it "raises what is wrong with it" do
    text = endless.sub("source Numbers, :global", "source Numbers, :fields => 'word'")
    result = ruby(<<~RUBY, timeout: 30)
      #{text}
      begin
        NumbersTopology.new.start(:local)
      rescue Redgale::DefinitionError => e
        puts e.message
      end
    RUBY

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to eq("program.rb:14: source of `show`: field `word` is not declared by stream `default` " \
                                "of `numbers`; it has: n\n")
  end

  it "is started by RedStorm's entry point, with its file" do
    files = { "topology.rb" => endless("on_submit { |env| sleep 0.3; cluster.shutdown; puts env.inspect }"),
              "program.rb" => "require 'red_storm'\nTopologyLauncher.main(%w[local topology.rb])\n" }
    result = in_folder(files) { |folder| SpecProcess.ruby("program.rb", chdir: folder, timeout: 30) }

    expect(result.exitstatus).to eq(0), result.to_s
    expect(printed(result)).to eq("1\n2\n3\nclosed\n:local\n")
  end
end
