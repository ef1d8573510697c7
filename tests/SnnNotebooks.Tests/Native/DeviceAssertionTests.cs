using SnnNotebooks.Native;
using SnnNotebooks.Tests.Devices;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Native;

public sealed class DeviceAssertionTests
{
    [Fact]
    public void What_holds_is_asserted_and_nothing_is_read()
    {
        Assert.True(DeviceAssertion.IsThere);
        using var scope = NewDisposeScope();
        var holds = arange(4).lt(9).all();
        using var log = new OperationLog();
        DeviceAssertion.Require(holds, "four are below nine");
        Assert.Equal("aten::_assert_async", log.Names[0]);
    }
}
