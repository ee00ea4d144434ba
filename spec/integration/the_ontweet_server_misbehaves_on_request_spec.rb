# frozen_string_literal: true

require "net/http"
require "socket"
require "support/ontweet_server"

# examples/ontweet/server.rb by itself, as its clients see it.
RSpec.describe "examples/ontweet/server.rb" do
  # What is left when the connection ends, and whether it ended as it should.
  def read(url)
    body = String.new
    Net::HTTP.start(url.host, url.port, max_retries: 0, read_timeout: 10) do |http|
      http.request(Net::HTTP::Get.new(url)) { |answer| answer.read_body { |bytes| body << bytes } }
    end
    [body, :whole]
  rescue EOFError
    [body, :cut_off]
  end

  def lines(body) = body.lines(chomp: true).reject(&:empty?)

  def raw(url, text)
    uri = URI(url)
    TCPSocket.open(uri.host, uri.port) do |socket|
      socket.write(text)
      socket.close_write
      socket.read
    end
  end

  def numbers(body) = lines(body).map { |line| JSON.parse(line)["id"].to_i % 1000 }

  it "sends all tweets and ends the answer, then says 204" do
    OntweetServer.run(*%w[--tweets 5 --rate 0]) do |server|
      body, ending = read(URI("#{server.url}/stream"))

      expect([numbers(body), ending]).to eq([[1, 2, 3, 4, 5], :whole])
      expect(Net::HTTP.get_response(URI("#{server.url}/stream")).code).to eq("204")
    end
  end

  it "misbehaves for one connection as its query says, and goes on where it was for the next" do
    OntweetServer.run(*%w[--tweets 10 --rate 0]) do |server|
      dropped = read(URI("#{server.url}/stream?drop=3"))
      half = read(URI("#{server.url}/stream?half=5"))
      rest = read(URI("#{server.url}/stream"))

      expect([numbers(dropped[0]), dropped[1]]).to eq([[1, 2, 3], :cut_off])
      expect(lines(half[0]).size).to be_between(1, 2)
      expect(half[1]).to eq(:cut_off)
      expect([numbers(rest[0]), rest[1]]).to eq([[6, 7, 8, 9, 10], :whole])
      expect(server.did("half").map { |entry| entry["id"][-2..] }).to eq(["05"])
    end
  end

  it "sends nothing after a stall until the client leaves, and keeps other connections alive by empty lines" do
    OntweetServer.run(*%w[--tweets 3 --rate 0.5]) do |server|
      url = URI("#{server.url}/stream?stall=1")
      stalled = String.new
      expect do
        Net::HTTP.start(url.host, url.port, max_retries: 0, read_timeout: 1.5) do |http|
          http.request(Net::HTTP::Get.new(url)) { |answer| answer.read_body { |bytes| stalled << bytes } }
        end
      end.to raise_error(Net::ReadTimeout)
      body, = read(URI("#{server.url}/stream"))

      expect(numbers(stalled)).to eq([1])
      expect(numbers(body)).to eq([2, 3])
      expect(body.lines.grep("\n").size).to be >= 2
    end
  end

  it "refuses every n-th connection" do
    OntweetServer.run(*%w[--tweets 100 --rate 0 --refuse 2 --drop 1]) do |server|
      codes = Array.new(4) do
        raw(server.url, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")[%r{\AHTTP/1\.1 (\d+)}, 1]
      end

      expect(codes).to eq(%w[200 503 200 503])
    end
  end

  it "answers rubbish with an error, and goes on" do
    OntweetServer.run(*%w[--tweets 1 --rate 0]) do |server|
      answers = ["rubbish\r\n\r\n", "GET /nothing HTTP/1.1\r\n\r\n", "GET /stream?drop=often HTTP/1.1\r\n\r\n",
                 "POST /2/tweets/search/stream/rules HTTP/1.1\r\nContent-Length: 3\r\n\r\n{\"a",
                 "POST /2/tweets/search/stream/rules HTTP/1.1\r\nContent-Length: 9\r\n\r\n{\"add\":7}",
                 "GET /stream HTTP/1.1\r\nContent-Length: x\r\n\r\n"]
                .map { |text| raw(server.url, text)[%r{\AHTTP/1\.1 (\d+)}, 1] }

      expect(answers).to eq(%w[400 404 400 400 400 400])
      expect(raw(server.url, "")).to eq("")
      begin
        raw(server.url, "GET /#{"x" * 1_000_000} HTTP/1.1\r\n\r\n")
      rescue Errno::ECONNRESET, Errno::EPIPE
        nil # it does not read to the end
      end
      expect(numbers(read(URI("#{server.url}/stream")).first)).to eq([1])
    end
  end

  it "listens on this machine only, and on the port that is asked for" do
    port = TCPServer.open("127.0.0.1", 0) { |server| server.addr[1] }
    OntweetServer.run("--port", port) { |server| expect(server.url).to eq("http://127.0.0.1:#{port}") }
  end

  it "ends at TERM with 0" do
    result = SpecProcess.ruby(ExampleRun.path("ontweet/server.rb")) do |process|
      process.wait_for(/listening on/)
      process.signal("TERM")
    end

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stderr).to eq("")
  end

  { "--tweets" => "x", "--rate" => "fast", "--unheard" => "1" }.each do |option, value|
    it "ends with 2 for #{option} #{value}" do
      result = SpecProcess.ruby(ExampleRun.path("ontweet/server.rb"), option, value, timeout: 10)

      expect(result.exitstatus).to eq(2), result.to_s
      expect(result.stderr).to include(option)
    end
  end
end
