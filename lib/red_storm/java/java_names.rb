# frozen_string_literal: true

module RedStorm
  # Stand-ins, in plain Ruby, for the Java classes that RedStorm topologies name.
  module Java
    # JRuby lets one call `getSourceTask`, `get_source_task`, `sourceTask` and `source_task`. A class that extends this
    # module writes the last form and ends with `java_names`.
    module JavaNames
      private

      # Gives each public method of the class its other spellings: camelCase; `set_x` for `x=`; and for the getters
      # `get_x`.
      # @param getters [Array<Symbol>] methods that Java calls `getX`
      def java_names(*getters)
        public_instance_methods(false).each do |name|
          spellings(name.to_s, getters.include?(name)).each do |other|
            alias_method other, name unless method_defined?(other, false)
          end
        end
      end

      def spellings(name, getter)
        words = [name]
        words << "get_#{name}" if getter
        words << "set_#{name.chomp('=')}" if name.match?(/\w=\z/)
        words.flat_map { |word| [word, camel(word)] }.uniq - [name]
      end

      def camel(word)
        word.gsub(/(?<=\w)_(\w)/) { Regexp.last_match(1).upcase }
      end
    end
  end
end
