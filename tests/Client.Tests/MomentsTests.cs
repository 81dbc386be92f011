using Commission.Client.Text;
using Commission.Contracts.V1;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Client.Tests;

public sealed class MomentsTests
{
    [Theory]
    [InlineData("12", 12)]
    [InlineData("#12", 12)]
    [InlineData("#0", 0)]
    [InlineData("#9223372036854775807", long.MaxValue)]
    public void Parse_OfANumber_IsAChange(string text, long sequence) =>
        Assert.Equal(new Moment { Sequence = sequence }, Moments.Parse(text));

    [Fact]
    public void Parse_OfTwoNumbers_IsAnEvent() =>
        Assert.Equal(new Moment { Position = new Position { Shard = 3, Number = 17 } }, Moments.Parse("3:17"));

    [Theory]
    [InlineData("2026-02-12", "2026-02-12T23:59:59.999Z")]
    [InlineData("2026-02-12T09:30", "2026-02-12T09:30:00Z")]
    [InlineData("2026-02-12 09:30", "2026-02-12T09:30:00Z")]
    [InlineData("2026-02-12T09:30:15.125", "2026-02-12T09:30:15.125Z")]
    [InlineData("2026-02-12T09:30:15.125Z", "2026-02-12T09:30:15.125Z")]
    [InlineData("2026-02-12T09:30Z", "2026-02-12T09:30:00Z")]
    [InlineData("2026-02-12T00:30+01:00", "2026-02-11T23:30:00Z")]
    public void Parse_OfADayOrTime_IsThatTimeInUtc(string text, string utc)
    {
        var expected = DateTimeOffset.Parse(utc, null);

        Assert.Equal(new Moment { Time = Timestamp.FromDateTimeOffset(expected) }, Moments.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("#")]
    [InlineData("-1")]
    [InlineData("#-1")]
    [InlineData("1:")]
    [InlineData(":1")]
    [InlineData("1:2:3")]
    [InlineData("12.5")]
    [InlineData("2026-02-30")]
    [InlineData("12.02.2026")]
    [InlineData("9223372036854775808")]
    public void Parse_OfSomethingElse_IsNull(string text) => Assert.Null(Moments.Parse(text));
}
