namespace Commission.Cli.Tests;

/// <summary>`commission store migrate` where there is no database to migrate.</summary>
public sealed class StoreTests
{
    [Theory]
    [InlineData("postgres://ann:hunter2")]
    [InlineData("Host=db;Password=a;hunter2")]
    [InlineData("")]
    public async Task Migrate_WithoutAnAddress_IsWrongUsageAndShowsNoPassword(string store)
    {
        var result = await Shell.OfflineAsync("store", "migrate", "--store", store);

        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains("expected postgres://", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", result.Out + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_ServerOutOfReach_SaysSoAndShowsNoPassword()
    {
        var result = await Shell.OfflineAsync("store", "migrate", "--store", "postgres://ann:hunter2@127.0.0.1:1/pay");

        Assert.Equal(ExitCode.Unreachable, result.Code);
        Assert.Contains("database pay on 127.0.0.1:1", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", result.Out + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_SqliteFile_HasNothingToDo()
    {
        var result = await Shell.OfflineAsync("store", "migrate", "--store", "data/commission.db");

        Assert.Equal(ExitCode.Ok, result.Code);
        Assert.Contains("Nothing to do", result.Out, StringComparison.Ordinal);
    }
}
