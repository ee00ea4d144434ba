# frozen_string_literal: true

module Ontweet
  module Server
    # What is still to be sent, one step after the other; all connections take from the same feed, so a client that
    # comes back gets what it has not got. A step is taken only when it was done.
    class Feed
      # @!attribute action
      #   @return [Symbol] :tweet, :duplicate, :invalid, :half, :drop or :stall
      # @!attribute number
      #   @return [Integer] of the tweet
      Step = Struct.new(:action, :number)

      # @param tweets [Integer] how many in all; 0: without end
      def initialize(tweets)
        @tweets = tweets
        @number = 1
        @steps = nil
        @lock = Mutex.new
      end

      # @return [Boolean] whether there is nothing more, ever
      def finished? = @lock.synchronize { @tweets.positive? && @number > @tweets }

      # Hands out the next step; it comes again if the block raises.
      # @param faults [Hash{Symbol => Integer}] of this connection
      # @yieldparam step [Step]
      # @return [Step, nil] nil if there is nothing more
      def take(faults)
        @lock.synchronize do
          return if @tweets.positive? && @number > @tweets

          @steps ||= self.class.steps(@number, faults)
          step = @steps.first
          yield step
          advance
          step
        end
      end

      # What happens at a tweet.
      # @param number [Integer]
      # @param faults [Hash{Symbol => Integer}]
      # @return [Array<Step>]
      def self.steps(number, faults)
        now = faults.select { |_fault, every| every.positive? && (number % every).zero? }.keys
        return [Step.new(:half, number)] if now.include?(:half)

        [:tweet, *(%i[duplicate invalid drop stall] & now)].map { |action| Step.new(action, number) }
      end

      private

      def advance
        @steps.shift
        return unless @steps.empty?

        @steps = nil
        @number += 1
      end
    end
  end
end
