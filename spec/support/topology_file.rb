# frozen_string_literal: true

require "tmpdir"
require "support/process"

# Runs `redgale` on topology files that a spec writes, each in a folder of its own.
#
#   result = local(<<~RUBY, "--strict")
#     require_relative "parts"
#     class Broken < Redgale::Topology
#       ...
#   RUBY
module TopologyFile
  # What most files start with: a spout of three numbers, and a bolt that prints them. It lies beside the topology as
  # parts.rb, so that line 1 of a message is line 1 of the spec's text.
  PARTS = <<~RUBY
    require "redgale"
    class Numbers < Redgale::Spout
      output_fields :n
      on_init { puts "on_init ran"; @n = 0 }
      on_send { @n < 3 ? @n += 1 : finish }
    end
    class Show < Redgale::Bolt
      on_init { puts "on_init ran" }
      on_receive { |tuple| puts tuple[:n] }
    end
  RUBY

  # A whole, sound file.
  SOUND = <<~RUBY
    require_relative "parts"
    class NumbersTopology < Redgale::Topology
      spout Numbers
      bolt(Show) { source Numbers, :global }
    end
  RUBY

  # Runs `redgale local topology.rb ARGUMENTS` where topology.rb has this text.
  def local(text, *arguments, **options, &block)
    redgale("local", text, *arguments, **options, &block)
  end

  # Runs `redgale graph topology.rb ARGUMENTS`.
  def graph(text, *arguments, **options, &block)
    redgale("graph", text, *arguments, **options, &block)
  end

  def redgale(command, text, *arguments, **options, &block)
    in_folder("topology.rb" => text) do |folder|
      SpecProcess.redgale(command, "topology.rb", *arguments, chdir: folder, **options, &block)
    end
  end

  # Runs a Ruby program that uses the library.
  def ruby(text, **options, &block)
    in_folder("program.rb" => text) { |folder| SpecProcess.ruby("program.rb", chdir: folder, **options, &block) }
  end

  # Makes a folder with these files and parts.rb.
  def in_folder(files)
    Dir.mktmpdir do |folder|
      { "parts.rb" => PARTS }.merge(files).each { |name, text| File.write(File.join(folder, name), text) }
      yield folder
    end
  end
end
