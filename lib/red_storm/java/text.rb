# frozen_string_literal: true

module RedStorm
  # Stand-ins for what Java gives RedStorm.
  module Java
    # Values in the words of Java, as Storm logs them.
    def self.text(value)
      case value
      when nil then "null"
      when Array then "[#{value.map { |element| text(element) }.join(', ')}]"
      when Hash then "{#{value.map { |key, element| "#{text(key)}=#{text(element)}" }.join(', ')}}"
      else value.to_s
      end
    end
  end
end
