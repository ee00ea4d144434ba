# frozen_string_literal: true

module Ontweet
  module Server
    # Invents tweets. The n-th tweet of a seed is always the same.
    class TweetMaker
      USERS = %w[ann ben cleo dario edda finn gwen hugo ines jonas kira liam mona nils olga pablo].freeze
      TAGS = %w[storm Gale ruby Rust rain Harbour tea Wetter été 台風].freeze
      WORDS = %w[the wind turns and nobody has seen a lighthouse before breakfast while seven umbrellas cross
                 our street in good order under clouds of every kind & some gulls].freeze
      # Ids begin here, so that they look like ids.
      FIRST_ID = 1_000_000_000_000

      # @param seed [Integer]
      def initialize(seed)
        @seed = seed
      end

      # @param number [Integer] from 1
      # @return [Tweet]
      def tweet(number)
        random = Random.new((@seed * 1_000_000_007) + number)
        tags = TAGS.sample([random.rand(4), random.rand(4)].min, random: random)
        words = Array.new(4 + random.rand(10)) { WORDS.sample(random: random) } + tags.map { |tag| "##{tag}" }
        Tweet.new((FIRST_ID + number).to_s, favourite(USERS, random), words.shuffle(random: random).join(" "), tags)
      end

      # @param number [Integer]
      # @return [Integer] an earlier tweet, one of the 20 before it
      def earlier(number)
        [number - Random.new(@seed + number).rand(1..20), 1].max
      end

      private

      # The first ones more often than the last ones.
      def favourite(list, random) = list[(list.size * random.rand * random.rand).floor]
    end
  end
end
