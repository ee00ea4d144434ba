# frozen_string_literal: true

module RedStorm
  module Java
    # java.lang.IllegalArgumentException: an unknown or duplicate field.
    class IllegalArgumentException < ArgumentError; end

    # java.lang.IndexOutOfBoundsException: a tuple has no such position.
    class IndexOutOfBoundsException < IndexError; end

    # java.lang.ClassCastException: a value is of another type than its accessor says.
    class ClassCastException < TypeError; end
  end
end
