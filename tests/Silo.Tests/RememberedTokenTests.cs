using System.Security.Claims;
using Commission.Silo.Hosting.Authentication;

namespace Commission.Silo.Tests;

/// <summary>Tokens that were good are not checked again for a minute.</summary>
public sealed class RememberedTokenTests
{
    private const string Header = "Bearer one";
    private readonly ClaimsPrincipal _user = new();
    private readonly MovedClock _clock = new();

    [Fact]
    public void GoodToken_AMinuteLater_IsCheckedAgain()
    {
        using var tokens = new RememberedTokens(_clock);
        tokens.Keep(Header, _user);
        _clock.Move(TimeSpan.FromSeconds(59));
        Assert.Same(_user, tokens.Find(Header)?.User);
        _clock.Move(TimeSpan.FromSeconds(1));
        Assert.Null(tokens.Find(Header));
    }

    [Theory]
    [InlineData("Bearer two")]
    [InlineData("Bearer one ")]
    [InlineData("bearer one")]
    [InlineData("Bearer oné")]
    public void OtherHeader_OneIsRemembered_IsCheckedItself(string other)
    {
        using var tokens = new RememberedTokens(_clock);
        tokens.Keep(Header, _user);
        Assert.Null(tokens.Find(other));
    }

    [Fact]
    public void HeaderOfOtherThanAscii_Kept_IsNotRemembered()
    {
        using var tokens = new RememberedTokens(_clock);
        tokens.Keep("Bearer \u4e00", _user);
        Assert.Null(tokens.Find("Bearer \u4e00"));
        Assert.Null(tokens.Find("Bearer ?"));
    }

    [Fact]
    public void LongHeader_Remembered_IsToldFromOneThatDiffersAtItsEnd()
    {
        using var tokens = new RememberedTokens(_clock);
        var header = new string('x', 10_000);
        tokens.Keep(header + "1", _user);
        Assert.Same(_user, tokens.Find(header + "1")?.User);
        Assert.Null(tokens.Find(header + "2"));
    }

    [Fact]
    public void Connection_OfAGoodToken_RemembersThatOneForAMinute()
    {
        using var tokens = new RememberedTokens(_clock);
        var connection = new LastToken();
        tokens.Keep(Header, _user);
        Assert.Null(connection.Find(Header));
        Assert.Same(_user, tokens.Find(Header, connection)?.User);
        Assert.Same(_user, connection.Find(Header)?.User);
        Assert.Null(connection.Find(Header + " "));
        _clock.Move(TimeSpan.FromMinutes(1));
        Assert.Null(tokens.Find(Header, connection));
    }

    [Fact]
    public void Connection_OfTwoTokensInTurn_NamesEachOnesUser()
    {
        using var tokens = new RememberedTokens(_clock);
        var (connection, other) = (new LastToken(), new ClaimsPrincipal());
        tokens.Keep(Header, _user);
        tokens.Keep("Bearer two", other);
        for (var turn = 0; turn < 3; turn++)
        {
            Assert.Same(_user, tokens.Find(Header, connection)?.User);
            Assert.Same(other, tokens.Find("Bearer two", connection)?.User);
        }
    }

    private sealed class MovedClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Move(TimeSpan by) => _ticks += by.Ticks;
    }
}
