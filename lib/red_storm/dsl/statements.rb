# frozen_string_literal: true

require "pathname"
require "red_storm/configurator"
require "red_storm/on_redgale/foreign"
require "red_storm/environment"
require "red_storm/loggable"

module RedStorm
  module DSL
    # The class methods that spouts and bolts share.
    #
    # What they state is kept by the class that states it: a subclass inherits the methods that statements define, but
    # neither fields nor options.
    module Statements
      include Loggable::ClassMethods

      # The stream that is meant where none is named.
      DEFAULT = "default"

      # @return [String, nil] path of the file that holds the class, without ".rb", relative to the working directory;
      #   nil if there is no such file
      attr_accessor :base_class_path

      # Names the values; a trailing Hash names those of other streams. The last call wins.
      # @param names [Array<Symbol, String, Hash>]
      def output_fields(*names)
        streams = names.last.is_a?(Hash) ? names.pop : {}
        declared_streams[DEFAULT] = names.flatten.map(&:to_s) if names.any? || streams.empty?
        streams.each { |stream, fields| declared_streams[stream.to_s] = Array(fields).map(&:to_s) }
      end

      # @return [Array<String>, Hash{String => Array<String>}] the fields; by stream, if there are named streams
      def fields
        default = declared_streams.fetch(DEFAULT, [])
        declared_streams.keys.all?(DEFAULT) ? default : { DEFAULT => default }.merge(declared_streams)
      end

      # @return [Hash{String => Array<String>}]
      # @api private
      def declared_streams
        @declared_streams ||= {}
      end

      # Configures the component; the block is run on a {Configurator}.
      def configure(&block)
        @configure_block = block if block
      end

      # @return [Proc]
      def configure_block
        @configure_block ||= proc {}
      end

      %i[on_init on_close].each do |statement|
        define_method(statement) { |method_name = nil, &block| define_callback(statement, method_name, block) }
      end

      # In a topology of Redgale's such a class is a problem of the definition.
      # @api private
      def redgale_reading(at)
        OnRedgale::Foreign.new(name, at)
      end

      # @api private
      def inherited(subclass)
        super
        subclass.base_class_path = Statements.path_of_caller
      end

      # Where the class statement stands. A class made in irb or by eval has no file.
      # @api private
      def self.path_of_caller
        frame = caller_locations(2).find { |location| !location.path.start_with?(LIBRARY) }
        path = frame&.absolute_path
        Pathname.new(path).relative_path_from(BASE_PATH).to_s.delete_suffix(".rb") if path
      end

      # Frames of this library are not the caller's.
      LIBRARY = "#{File.expand_path('..', __dir__)}/".freeze
      private_constant :LIBRARY

      private

      # A block becomes the method; it may declare fewer or more parameters than it gets. A method name gets a method
      # that calls it. With neither, the class itself has the method, above or below the statement.
      def define_callback(name, method_name, block)
        if block
          define_lenient(name, block)
        elsif method_name && method_name.to_sym != name
          define_method(name) { |*arguments| __send__(method_name, *arguments) }
        end
      end

      def define_lenient(name, block)
        define_method(name, &block)
        given = GIVEN.fetch(name, 0)
        kinds = instance_method(name).parameters.map(&:first)
        required = kinds.count(:req)
        most = kinds.include?(:rest) ? given : required + kinds.count(:opt)
        return if given.between?(required, most)

        hidden = :"redstorm_block_of_#{name}"
        alias_method hidden, name
        private hidden
        define_method(name) do |*arguments|
          __send__(hidden, *Array.new(arguments.size.clamp(required, [most, required].max)) { |i| arguments[i] })
        end
      end

      # How many arguments the callbacks get.
      GIVEN = { on_receive: 1, on_ack: 1, on_fail: 1 }.freeze
      private_constant :GIVEN

      # A trailing Hash has options, whatever they are called; what is first before it is a method name.
      def split(arguments)
        options = arguments.last.is_a?(Hash) ? arguments.pop : {}
        [arguments.first, options]
      end
    end
  end
end
