using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Shards;
using Commission.Grains.Tests.Harness;
using Commission.Storage;
using Google.Protobuf;

namespace Commission.Grains.Tests;

/// <summary>What is read of a logged event without making its message is what the message says.</summary>
public sealed class LoggedHeadTests
{
    [Theory]
    [InlineData("d", 0)]
    [InlineData("größer/als 東京", 1)]
    [InlineData("a deal with an id that is longer than the hundred and twenty-seven bytes whose number fits into one "
        + "byte of the message's form", long.MaxValue)]
    public void Of_AnyEvent_SaysItsDealAndVersion(string deal, long version)
    {
        foreach (var request in new Traffic(1).Events(50))
        {
            request.Deal.Deal_ = deal;
            request.Version = version;
            var head = LoggedHead.Of(Record(new LoggedEvent { Tenant = "acme", Request = request }));

            Assert.Equal(($"deal/acme/{deal}", version, 7), (head.Account, head.Version, head.Number));
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1023, 1L << 42)]
    public void PositionOf_AnyPosition_IsIt(int shard, long number) => Assert.Equal(
        (shard, number), LoggedHead.PositionOf(new Position { Shard = shard, Number = number }.ToByteArray()));

    [Fact]
    public void Of_EventWithFieldsOfALaterVersion_PassesOverThem()
    {
        // Fields 100 to 103: a number, eight bytes, a text, four bytes.
        byte[] unknown =
        [
            0xa0, 0x06, 0xff, 0x01, 0xa9, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, 0xb2, 0x06, 2, 65, 66, 0xbd, 0x06, 1, 2, 3, 4,
        ];
        var request = new RecordRequest { Deal = new Deal { Deal_ = "d" } };
        var logged = new LoggedEvent { Tenant = "acme", Request = request };

        var head = LoggedHead.Of(Record([.. unknown, .. logged.ToByteArray()]));

        Assert.Equal("deal/acme/d", head.Account);
    }

    [Fact]
    public void Of_EventWithoutRequest_IsABug() =>
        Assert.Throws<InvariantException>(() => LoggedHead.Of(Record(new LoggedEvent { Tenant = "acme" })));

    private static LogRecord Record(LoggedEvent logged) => Record(logged.ToByteArray());

    private static LogRecord Record(byte[] payload) => new(3, 7, "acme", "event", payload, DateTimeOffset.UnixEpoch);
}
